import { Popover } from 'radix-ui';
import type { Problem } from '../../app/model/problem.ts';
import { useInspector } from '../state/inspector.ts';

const severities: readonly Problem['severity'][] = ['error', 'warning', 'note'];

/** What is wrong with the session's file or disk, the gravest in the bar and all of it a click away. */
export function SessionProblems({ problems }: { readonly problems: readonly Problem[] }) {
  const { commands } = useInspector();
  const [first, ...others] = severities.flatMap((wanted) => problems.filter(({ severity }) => severity === wanted));
  if (!first) return null;
  const texts = [first, ...others].map(({ text }) => text);
  return (
    <Popover.Root>
      <Popover.Trigger className={`status-button ellipsis is-${first.severity}`} title={first.text}>
        {first.text}
        {others.length > 0 ? ` +${others.length}` : ''}
      </Popover.Trigger>
      <Popover.Portal>
        <Popover.Content className="menu session-problems" side="top" align="start" aria-label="What is wrong">
          <ul>
            {[first, ...others].map(({ code, severity, text }, index) => (
              // biome-ignore lint/suspicious/noArrayIndexKey: they only ever grow at their end
              <li key={`${index} ${code}`} className={`is-${severity}`}>
                {text}
              </li>
            ))}
          </ul>
          <button type="button" className="button" onClick={() => commands.copy(texts.join('\n'), 'Text')}>
            Copy
          </button>
        </Popover.Content>
      </Popover.Portal>
    </Popover.Root>
  );
}
