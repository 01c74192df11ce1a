import { Copy } from 'lucide-react';
import { useInspector } from '../state/inspector.ts';

/** What to do, with `commands in backticks` set apart, each to be copied. */
export function RemedyText({ text }: { readonly text: string }) {
  const { commands } = useInspector();
  return (
    <p className="remedy">
      {text.split('`').map((part, index) =>
        index % 2 === 0 ? (
          part
        ) : (
          // biome-ignore lint/suspicious/noArrayIndexKey: parts of one text do not move
          <code key={index} className="data">
            {part}
            <button type="button" aria-label={`Copy ${part}`} onClick={() => commands.copy(part, 'Command')}>
              <Copy size={11} />
            </button>
          </code>
        ),
      )}
    </p>
  );
}
