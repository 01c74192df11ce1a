import { Dialog } from 'radix-ui';
import { useDialog, useInspector } from '../state/inspector.ts';
import { Key } from './key.tsx';
import './keys-dialog.css';

type KeyLine = readonly [keys: readonly (readonly string[])[], meaning: string];

/** All keys on one sheet. */
export function KeysDialog() {
  const { dialogs, platform } = useInspector();
  return (
    <Dialog.Root open={useDialog('keys')} onOpenChange={() => dialogs.close()}>
      <Dialog.Portal>
        {/* Dialog.Overlay would lock scrolling by a style element, which the content security policy refuses. */}
        <div className="dialog-shade" />
        <Dialog.Content className="dialog keys-dialog" aria-describedby={undefined}>
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
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function groups(modifier: string): readonly (readonly [string, readonly KeyLine[]])[] {
  return [
    [
      'List',
      [
        [[['j'], ['↓']], 'Next flow'],
        [[['k'], ['↑']], 'Previous flow'],
        [[['Page ↓'], ['Page ↑']], 'A page down or up'],
        [[['Home'], ['End']], 'First and last flow'],
        [[['Enter']], 'To the detail'],
        [[['c']], 'Copy the flow'],
        [[['Esc']], 'Close the detail; once more: clear the filter'],
      ],
    ],
    [
      'Anywhere',
      [
        [[['/'], [modifier, 'F']], 'Filter'],
        [[['Space']], 'Pause drawing, never recording'],
        [[[modifier, '[']], 'To the list'],
        [[[modifier, ']']], 'To the detail'],
        [[[modifier, 'K']], 'All commands'],
        [[['?']], 'These keys'],
      ],
    ],
    [
      'Filter',
      [
        [[['Enter']], 'Apply'],
        [[['↑'], ['↓']], 'Filters applied before'],
        [[['Tab']], 'Complete'],
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
