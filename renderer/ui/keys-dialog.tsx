import { Dialog } from 'radix-ui';
import { useDialog, useInspector } from '../state/inspector.ts';
import { DialogWindow } from './dialog-window.tsx';
import { Key } from './key.tsx';
import './keys-dialog.css';

type KeyLine = readonly [keys: readonly (readonly string[])[], meaning: string];

/** All keys on one sheet. */
export function KeysDialog() {
  const { dialogs, platform } = useInspector();
  return (
    <DialogWindow className="keys-dialog" open={useDialog('keys')} onClose={() => dialogs.close()}>
      <Dialog.Title>Keys</Dialog.Title>
      <div className="keys-columns">
        {groups(platform.modifier).map(([title, lines]) => (
          <section key={title}>
            <h3>{title}</h3>
            <dl>
              {lines.map(([keys, meaning]) => (
                <div key={meaning}>
                  <dt>
                    {keys.map((together) => (
                      <Key key={together.join()} keys={together} />
                    ))}
                  </dt>
                  <dd>{meaning}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </DialogWindow>
  );
}

function groups(modifier: string): readonly (readonly [string, readonly KeyLine[]])[] {
  return [
    [
      'List',
      [
        [[['j'], ['↓']], 'Next flow'],
        [[['k'], ['↑']], 'Previous flow'],
        [[['Page ↓'], ['Page ↑']], 'Page down or up'],
        [[['Home'], ['End']], 'First and last flow'],
        [[['Enter']], 'Go to the detail'],
        [[['c'], [modifier, 'C']], 'Copy the flow'],
        [[['Esc']], 'Close the detail; once more: clear the filter'],
      ],
    ],
    [
      'Anywhere',
      [
        [[['/'], [modifier, 'F']], 'Filter'],
        [[['Space']], 'Pause drawing, never recording'],
        [[[modifier, '[']], 'Go to the list'],
        [[[modifier, ']']], 'Go to the detail'],
        [[[modifier, 'F']], 'In the detail: find in a body'],
        [[[modifier, 'K']], 'All commands'],
        [[[modifier, ',']], 'Settings'],
        [[['?']], 'These keys'],
      ],
    ],
    [
      'Filter',
      [
        [[['Enter']], 'Apply'],
        [[['↑'], ['↓']], 'Filters applied before'],
        [[['Tab']], 'Complete'],
        [[[modifier, 'Z']], 'Undo'],
        [[['Esc']], 'Back to the list'],
      ],
    ],
    [
      'Captures',
      [
        [[[modifier, 'O']], 'Open a capture'],
        [[[modifier, 'S']], 'Save what matches as pcapng'],
        [[[modifier, '⇧', 'W']], 'Open in Wireshark'],
      ],
    ],
  ];
}
