import { type Handlers, refusedAtStart } from '../../app/api/contract.ts';
import type { SavePermits } from '../save-permit.ts';
import { clusterHandlers } from './api/cluster-handlers.ts';
import { emulatorHandlers } from './api/emulator-handlers.ts';
import { EventHub } from './api/event-hub.ts';
import { flowHandlers } from './api/flow-handlers.ts';
import { FlowsNotifier } from './api/flows-notifier.ts';
import { apiError } from './api/request-error.ts';
import { schemaHandlers } from './api/schema-handlers.ts';
import { sessionHandlers } from './api/session-handlers.ts';
import { valuesHandlers } from './api/values-handlers.ts';
import type { ClusterDriver } from './clusters/driver.ts';
import { ClusterRegistry } from './clusters/registry.ts';
import { diameterDictionary } from './diameter-dictionary.ts';
import { Readings } from './emulator/readings.ts';
import { SchemaStore } from './schema/schema-store.ts';
import { Transfers } from './serve/transfers.ts';
import { LossTimeline } from './session/loss-timeline.ts';
import { Saving } from './session/saving.ts';
import { SessionHost } from './session/session-host.ts';
import { SessionLibrary } from './session/session-library.ts';
import { Workspace } from './session/workspace.ts';
import { SettingsStore } from './settings/settings-store.ts';
import { findWireshark } from './wireshark/find.ts';

export interface EngineOptions {
  /** `serve`: the view is a page in a browser, which has no paths. */
  readonly mode: 'desktop' | 'serve';
  readonly version: string;
  /** Desktop: who says where a view may save to; without, nowhere. */
  readonly permits?: SavePermits;
  /** Where everything is kept; the usual place of the system, or PACKET_INSPECTOR_HOME, when left out. */
  readonly folder?: string;
}

/** The engine: owns flows, sessions and clusters, and answers the contract. Any number of views may be served by it. */
export interface Engine {
  readonly handlers: Handlers;
  readonly events: EventHub;
  /** Serve mode: files on their way from and to the page. */
  readonly transfers: Transfers | null;
  addCluster(driver: ClusterDriver): void;
  /**
   * Opens a capture file before there is a view that could ask for it. Why it cannot be opened, as a sentence, is a problem of the
   * session then, which every view shows; null when it is open.
   */
  openAtStart(path: string): Promise<string | null>;
  /** Forgets a cluster; what runs in it stays as it is. */
  removeCluster(id: string): Promise<void>;
  /** Nothing is captured there, and nothing is being switched. */
  isIdle(id: string): boolean;
  /** What the user has set for upgrades of a cluster's Aspen Mesh: the helm program and the chart; '' each where nothing. */
  upgradeSettings(id: string): { readonly helm: string; readonly chart: string };
  /** Leaves everything that was captured on disk. */
  close(): Promise<void>;
}

/** How often sizes on disk and in memory are told anew. Milliseconds. */
const sessionInterval = 1000;

/** @throws when the folders cannot be made */
export function createEngine(options: EngineOptions): Engine {
  const workspace = new Workspace(options.folder);
  const settings = new SettingsStore(workspace.settingsFile);
  const transfers = options.mode === 'serve' ? new Transfers(workspace.scratch) : null;
  const schemas = new SchemaStore(settings.get().protoPaths);
  const events = new EventHub();
  const losses = new LossTimeline();
  let told = '';

  const host = new SessionHost({
    workspace,
    onChange: () => notifier.touch(),
    onSwitch(session) {
      losses.clear();
      clusters.listen(host.takesCaptures);
      readings.shown(session);
      notifier.restart();
      tellSession();
    },
  });
  const notifier = new FlowsNotifier(
    () => {
      const { version, total, open } = host.session.flows.index;
      return { version, total, open };
    },
    (changed) => {
      events.emit('flows.changed', changed);
      if (host.session.info().reading !== null) tellSession();
    },
  );
  const clusters = new ClusterRegistry({
    onCapture: (document, nameAt) => host.document(document, nameAt),
    room: () => host.room(),
    onLoss: (time, count) => losses.add(time, count),
    onChange: (cards) => events.emit('clusters.changed', { clusters: cards }),
  });

  const readings = new Readings({
    clusters,
    host,
    onChange: (reading) => events.emit('emulator.changed', { reading }),
  });

  function tellSession(): void {
    const info = host.session.info();
    const now = JSON.stringify({ ...info, memory: 0 });
    if (now === told) return;
    told = now;
    events.emit('session.changed', info);
  }
  const timer = setInterval(tellSession, sessionInterval);
  const saving = new Saving((progress) => events.emit('save.progress', progress));
  const { permits = null } = options;

  const handlers: Handlers = {
    'engine.hello': () => ({
      version: options.version,
      mode: options.mode,
      wireshark: findWireshark(settings.get().wiresharkPath),
    }),
    ...flowHandlers({
      host,
      losses,
      dictionary: diameterDictionary,
      schema: () => schemas.current,
      onProgress: () => notifier.touch(),
    }),
    ...sessionHandlers({
      host,
      settings,
      library: new SessionLibrary(workspace, settings),
      saving,
      permits,
      transfers,
    }),
    ...emulatorHandlers({ readings, saving, permits, transfers }),
    ...valuesHandlers(permits),
    ...schemaHandlers({ schemas, settings, onChange: (info) => events.emit('schema.changed', info) }),
    ...clusterHandlers({
      clusters,
      settings,
      // Captures need a session that takes them: the file that is shown stays on disk.
      onEnable: () => {
        if (!host.takesCaptures) void host.begin();
      },
    }),
  };

  return {
    handlers,
    events,
    transfers,
    addCluster: (driver) => clusters.add(driver),
    async openAtStart(path) {
      try {
        await handlers['session.open']({ path });
        return null;
      } catch (error) {
        const { message } = apiError(error);
        host.session.reportFile({ severity: 'error', code: refusedAtStart, text: message });
        return message;
      }
    },
    removeCluster: (id) => clusters.remove(id),
    isIdle: (id) => clusters.isIdle(id),
    upgradeSettings(id) {
      const { helmPath, chartPaths } = settings.get();
      return { helm: helmPath, chart: chartPaths[id] ?? '' };
    },
    async close() {
      clearInterval(timer);
      await readings.close();
      await clusters.close();
      notifier.close();
      await host.close();
      workspace.close();
    },
  };
}
