import { Dialog } from 'radix-ui';
import { useMemo, useRef, useState } from 'react';
import { useDialog, useInspector } from '../state/inspector.ts';
import { DialogWindow } from './dialog-window.tsx';
import { Key } from './key.tsx';
import { matchingEntries, type PaletteEntry, paletteEntries } from './palette-entries.ts';
import './command-palette.css';

/** Everything that can be done, found by typing a part of its name. */
export function CommandPalette() {
  const { dialogs } = useInspector();
  /** Runs when the dialog has given the focus back, so that a command can put it elsewhere. */
  const chosen = useRef<PaletteEntry | null>(null);
  return (
    <DialogWindow
      className="command-palette"
      open={useDialog('palette')}
      onClose={() => dialogs.close()}
      onClosed={() => {
        chosen.current?.run();
        chosen.current = null;
      }}
    >
      <Dialog.Title className="visually-hidden">Commands</Dialog.Title>
      <PaletteList
        onChoose={(entry) => {
          chosen.current = entry;
          dialogs.close();
        }}
      />
    </DialogWindow>
  );
}

function PaletteList({ onChoose }: { onChoose(entry: PaletteEntry): void }) {
  const inspector = useInspector();
  const [text, setText] = useState('');
  const [place, setPlace] = useState(0);
  // What can be done is settled when the palette opens: nothing moves under the hand.
  const entries = useMemo(() => paletteEntries(inspector), [inspector]);
  const found = matchingEntries(entries, text);
  const last = found.length - 1;

  function move(event: React.KeyboardEvent): void {
    const to = { ArrowDown: place >= last ? 0 : place + 1, ArrowUp: place <= 0 ? last : place - 1 }[event.key];
    if (to !== undefined) {
      event.preventDefault();
      setPlace(to);
      document.getElementById(`palette-${to}`)?.scrollIntoView({ block: 'nearest' });
    } else if (event.key === 'Enter' && found[place]) {
      event.preventDefault();
      onChoose(found[place]);
    }
  }

  return (
    <>
      <input
        className="palette-input"
        role="combobox"
        aria-expanded
        aria-controls="palette-list"
        aria-activedescendant={found[place] ? `palette-${place}` : undefined}
        aria-label="Command"
        placeholder="What to do"
        value={text}
        spellCheck={false}
        onChange={(event) => {
          setText(event.target.value);
          setPlace(0);
        }}
        onKeyDown={move}
      />
      <div className="palette-list" id="palette-list" role="listbox" aria-label="Commands">
        {found.map((each, index) => (
          // The keyboard is on the input, which names the active option.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={each.title}
            id={`palette-${index}`}
            className="palette-entry"
            role="option"
            tabIndex={-1}
            aria-selected={index === place}
            onPointerMove={() => setPlace(index)}
            onClick={() => onChoose(each)}
          >
            <span className="ellipsis">{each.title}</span>
            {each.keys.length > 0 ? <Key keys={each.keys} /> : null}
          </div>
        ))}
        {found.length === 0 ? <p className="muted palette-none">No command has that name.</p> : null}
      </div>
    </>
  );
}
