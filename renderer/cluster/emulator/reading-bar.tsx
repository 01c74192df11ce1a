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
      <button
        type="button"
        className={`reading-text ellipsis${isWrong ? ' is-warning' : ''}`}
        title={[readingText(reading), reading.problem].filter(Boolean).join(' · ')}
        disabled={!cluster}
        onClick={() => cluster && clusterControl.show('emulator', cluster.id)}
      >
        <b>{cluster?.name ?? reading.id}</b> · {phaseText(reading)}
      </button>
      {reading.phase === 'ended' ? null : (
        <button type="button" className="reading-stop" onClick={() => void commands.stopReading()}>
          Stop
        </button>
      )}
    </p>
  );
}
