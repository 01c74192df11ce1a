import type { EmulatorReading } from '../../../app/api/emulator-types.ts';
import { useInspector } from '../../state/inspector.ts';
import { plural } from '../../ui/format.ts';
import { readingText } from './reading-text.ts';

/** How the reading goes or went, and what of it could not be read, file by file. */
export function ReadingReport({ reading }: { readonly reading: EmulatorReading }) {
  const { commands } = useInspector();
  const { phase, problem, problems, failed, failures } = reading;
  return (
    <section className="reading-report" aria-label="What is read">
      <p>
        <span role="status">{readingText(reading)}</span>
        {phase === 'ended' ? null : (
          <button type="button" className="text-button" onClick={() => void commands.stopReading()}>
            Stop
          </button>
        )}
      </p>
      {[problem, ...problems]
        .filter((text) => text !== '')
        .map((text) => (
          <p key={text} className="is-warning">
            {text}
          </p>
        ))}
      {failed > 0 ? (
        <details>
          <summary className="is-warning">{plural(failed, 'file')} could not be read</summary>
          <ul className="item-list data">
            {failures.map((failure) => (
              <li key={failure.file}>
                {failure.file}: {failure.problem}
              </li>
            ))}
            {failed > failures.length ? <li>and {plural(failed - failures.length, 'other')}</li> : null}
          </ul>
        </details>
      ) : null}
    </section>
  );
}
