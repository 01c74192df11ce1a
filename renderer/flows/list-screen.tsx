import { growingFile, refusedAtStart } from '../../app/api/contract.ts';
import { leftOverCode } from '../../app/assemble/left-over.ts';
import { isShown } from '../state/engine-state.ts';
import { useEngine, useInspector, useList } from '../state/inspector.ts';
import { formatBytes, formatCount } from '../ui/format.ts';

/** What stands in the place of flows when there are none to show, or above them when something must be known. */
export function ListScreen() {
  const { client, commands, platform } = useInspector();
  const connection = useEngine((state) => state.connection);
  const clusters = useEngine((state) => state.clusters) ?? [];
  const session = useEngine((state) => state.session);
  const total = useList((state) => state.changed.total);
  const matching = useList((state) => state.tail.matching);
  const filter = useList((state) => state.filter);
  const loaded = useList((state) => state.loaded);

  if (connection.phase === 'lost') {
    return (
      <Banner
        title="The connection to the engine was lost."
        text={`${connection.reason} It is tried again automatically; what was recorded is kept.`}
      >
        <button type="button" className="button" onClick={() => client.retryNow()}>
          Try now
        </button>
      </Banner>
    );
  }
  if (connection.phase === 'connecting') return <Screen title="Connecting to the engine…" text="" />;
  const reading = session?.reading;
  // What is followed and was read as far as it goes is told in the status bar.
  if (reading && !(reading.follows && reading.done === reading.total)) {
    const percent = reading.total > 0 ? Math.floor((reading.done / reading.total) * 100) : 0;
    return (
      <Banner
        title={`Reading ${session.name}`}
        text={`${formatBytes(reading.done)} of ${formatBytes(reading.total)} · ${percent} %`}
      >
        <progress max={reading.total} value={reading.done} aria-label="Reading the file" />
        <button type="button" className="button" onClick={() => void commands.cancelOpen()}>
          Cancel
        </button>
      </Banner>
    );
  }
  const growing = session?.problems.find(({ code }) => code === growingFile);
  if (growing && session) {
    return (
      <Banner title={`${session.name} is still being written.`} text={growing.text}>
        <button type="button" className="button" onClick={() => void commands.follow(session.path)}>
          Follow
        </button>
      </Banner>
    );
  }
  if (!loaded || matching > 0) return null;
  if (filter !== '' && total > 0) {
    return (
      <Screen title="No flow matches the filter." text={`${formatCount(total)} flows are in this session.`}>
        <button type="button" className="button is-primary" onClick={() => commands.applyFilter('')}>
          Clear the filter
        </button>
      </Screen>
    );
  }
  const refused = session?.problems.find(({ code }) => code === refusedAtStart);
  if (refused && total === 0) {
    return (
      <Screen title="The capture could not be opened." text={refused.text} role="alert">
        <OpenAnother />
      </Screen>
    );
  }
  if (reading) {
    return (
      <Screen title={`Following ${session.name}, no flow yet.`} text="A flow appears as soon as it is in the file.">
        <button type="button" className="button" onClick={() => void commands.cancelOpen()}>
          Stop following
        </button>
      </Screen>
    );
  }
  const leftOver = session?.problems.find(({ code }) => code === leftOverCode);
  if (leftOver && total === 0) {
    return (
      <Screen title={`No HTTP, gRPC or Diameter is in ${session?.name}.`} text={leftOver.text}>
        <OpenAnother />
      </Screen>
    );
  }
  const switching = clusters.find(({ state }) => state === 'enabling');
  if (switching) return <Screen title={`Switching capture on in ${switching.name}…`} text="" />;
  const shown = clusters.filter(isShown);
  if (shown.length > 0) {
    const names = shown.map(({ name }) => name).join(', ');
    return (
      <Screen
        title={`Capturing in ${names}, no flow yet.`}
        text="A flow appears as soon as one of the pods makes or answers a call."
      />
    );
  }
  const demo = clusters.find(({ kind }) => kind === 'demo');
  return (
    <Screen
      title="No flows here yet."
      text="Switch a cluster on at the left, or open a capture: pcap, pcapng, BSON or HAR."
    >
      {demo ? (
        <button type="button" className="button is-primary" onClick={() => void commands.switchCluster(demo.id, true)}>
          Switch the demo on
        </button>
      ) : null}
      <button type="button" className="button" onClick={() => void commands.openCapture()}>
        Open capture… <kbd className="key">{platform.modifier} O</kbd>
      </button>
    </Screen>
  );
}

function OpenAnother() {
  const { commands } = useInspector();
  return (
    <>
      <button type="button" className="button is-primary" onClick={() => void commands.openCapture()}>
        Open another capture…
      </button>
      <button type="button" className="button" onClick={() => void commands.newSession()}>
        Begin an empty session
      </button>
    </>
  );
}

interface ScreenProps {
  readonly title: string;
  readonly text: string;
  readonly role?: 'status' | 'alert';
  readonly children?: React.ReactNode;
}

function Screen({ title, text, role = 'status', children }: ScreenProps) {
  return (
    <div className="list-screen" role={role}>
      <p className="list-screen-title">{title}</p>
      {text ? <p className="muted">{text}</p> : null}
      <div className="list-screen-actions">{children}</div>
    </div>
  );
}

/** Leaves what is in the list to be seen. */
function Banner({ title, text, children }: ScreenProps) {
  return (
    <div className="list-banner" role="status">
      <p>
        <b>{title}</b> <span className="muted">{text}</span>
      </p>
      {children}
    </div>
  );
}
