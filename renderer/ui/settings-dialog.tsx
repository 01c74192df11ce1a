import { Dialog } from 'radix-ui';
import { useEffect, useState } from 'react';
import { useInspector, usePreference } from '../state/inspector.ts';
import { messageOf } from '../transport/engine-error.ts';
import { Segments } from './segments.tsx';
import './settings-dialog.css';

interface Props {
  readonly open: boolean;
  onOpenChange(open: boolean): void;
}

/** What can be set: the theme, and where Wireshark is. */
export function SettingsDialog({ open, onOpenChange }: Props) {
  const { preferences } = useInspector();
  const theme = usePreference('theme');
  return (
    <Dialog.Root open={open} onOpenChange={onOpenChange}>
      <Dialog.Portal>
        {/* Dialog.Overlay would lock scrolling by a style element, which the content security policy refuses. */}
        <div className="dialog-shade" />
        <Dialog.Content className="dialog settings-dialog" aria-describedby={undefined}>
          <Dialog.Title>Settings</Dialog.Title>
          <div className="setting">
            <span>Theme</span>
            <Segments
              label="Theme"
              value={theme}
              onChange={(chosen) => preferences.setState({ theme: chosen })}
              options={[
                ['system', 'As the system'],
                ['dark', 'Dark'],
                ['light', 'Light'],
              ]}
            />
          </div>
          <WiresharkPath onSaved={() => onOpenChange(false)} />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function WiresharkPath({ onSaved }: { onSaved(): void }) {
  const { client, notices } = useInspector();
  const [path, setPath] = useState('');
  const [found, setFound] = useState('');

  useEffect(() => {
    let current = true;
    Promise.all([client.request('settings.get', {}), client.request('engine.hello', {})]).then(
      ([settings, hello]) => {
        if (!current) return;
        setPath(settings.wiresharkPath);
        setFound(hello.wireshark);
      },
      (error: unknown) => notices.error(messageOf(error)),
    );
    return () => {
      current = false;
    };
  }, [client, notices]);

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        client.request('settings.set', { wiresharkPath: path.trim() }).then(onSaved, (error: unknown) => {
          notices.error(messageOf(error));
        });
      }}
    >
      <label className="setting">
        <span>Wireshark</span>
        <input
          className="text-field data"
          value={path}
          placeholder={found || 'not found; the path of the program'}
          spellCheck={false}
          onChange={(event) => setPath(event.target.value)}
        />
      </label>
      <p className="muted">Left empty, it is looked for on the PATH and where it is usually installed.</p>
      <div className="settings-actions">
        <Dialog.Close className="button">Cancel</Dialog.Close>
        <button type="submit" className="button is-primary">
          Save
        </button>
      </div>
    </form>
  );
}
