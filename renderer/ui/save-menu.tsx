import { ChevronDown } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { saveFormats, saveFormatTexts } from '../../app/api/save-formats.ts';
import { useInspector, useList } from '../state/inspector.ts';

/** Saves what the filter shows: as pcapng at once, in other formats by the menu beside it. */
export function SaveMenu() {
  const { commands } = useInspector();
  const hasFlows = useList((state) => state.changed.total > 0);
  const filtered = useList((state) => state.filter !== '');
  return (
    <div className="split-button">
      <button
        type="button"
        className="button is-primary"
        disabled={!hasFlows}
        onClick={() => void commands.save('pcapng')}
      >
        Save pcapng
      </button>
      <DropdownMenu.Root modal={false}>
        <DropdownMenu.Trigger
          className="button is-primary"
          aria-label="Other formats to save in"
          title="Other formats"
          disabled={!hasFlows}
        >
          <ChevronDown size={14} />
        </DropdownMenu.Trigger>
        <DropdownMenu.Portal>
          <DropdownMenu.Content className="menu" align="end" collisionPadding={8}>
            <DropdownMenu.Label className="menu-label">
              {filtered ? 'The flows that match the filter' : 'All flows'}
            </DropdownMenu.Label>
            {saveFormats.map((format) => (
              <DropdownMenu.Item key={format} className="menu-item" onSelect={() => void commands.save(format)}>
                {saveFormatTexts[format].name}: {saveFormatTexts[format].use}
              </DropdownMenu.Item>
            ))}
          </DropdownMenu.Content>
        </DropdownMenu.Portal>
      </DropdownMenu.Root>
    </div>
  );
}
