import { useEngine, useInspector } from '../../state/inspector.ts';
import { isWorthTelling, phaseText, readingText } from './reading-text.ts';
import './reading-bar.css';

/** Captures of an emulator are read into the session that is shown: how far that is, and its end. */
export function ReadingBar() {
  const { clusterControl, commands } = useInspector();
  const reading = useEngine((state) => state.reading);
  const cluster = useEngine((state) => state.clusters?.find(({ id }) => id === state.reading?.id));
  if (!reading || !isWorthTelling(reading)) return null;
  const isWrong = reading.failed > 0 || reading.problem !== '' || reading.problems.length > 0;
  return (
    <p className="reading" role="status">
      <span
        className={`ellipsis${isWrong ? ' is-warning' : ''}`}
        title={[readingText(reading), reading.problem].filter(Boolean).join(' · ')}
      >
        <b>{cluster?.name ?? reading.id}</b> · {phaseText(reading)}
      </span>
      {cluster ? (
        <button
          type="button"
          className="reading-button"
          aria-label={`Show the emulator files of ${cluster.name}`}
          onClick={() => clusterControl.show('emulator', cluster.id)}
        >
          Show
        </button>
      ) : null}
      {reading.phase === 'ended' ? null : (
        <button type="button" className="reading-button" onClick={() => void commands.stopReading()}>
          Stop
        </button>
      )}
    </p>
  );
}
