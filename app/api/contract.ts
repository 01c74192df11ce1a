import type { CaptureOptions, SlotChoice } from '../mesh/capture-options.ts';
import type { CapturePlan, ClusterInventory, DisablePlan, Finding, Preflight, Remainder } from './cluster-types.ts';
import type { EmulatorList, EmulatorReading, EmulatorSelection } from './emulator-types.ts';
import type { SaveFormat } from './save-formats.ts';
import type { SaveProgress, SaveTarget, SessionEntry, SessionInfo, WiresharkResult } from './session-types.ts';
import type {
  BodyForm,
  BodySlice,
  ClusterCard,
  FlowDetail,
  FlowsChanged,
  FlowWindow,
  Order,
  Overview,
  SchemaInfo,
  StreamMessages,
  ValueCount,
} from './types.ts';

/**
 * THE contract between engine and view: each request with its parameters and result. Both ends are mapped types over it,
 * so a missing handler or a wrong pair does not compile. All values are JSON.
 */
export interface Requests {
  'engine.hello': {
    params: Record<string, never>;
    result: { version: string; mode: 'desktop' | 'serve'; wireshark: string };
  };
  'flows.window': { params: { filter: string; order: Order; offset: number; limit: number }; result: FlowWindow };
  /** The position of a flow under a filter and an order; -1 when it does not match. */
  'flows.locate': { params: { id: number; filter: string; order: Order }; result: { position: number } };
  'flows.detail': { params: { id: number }; result: FlowDetail };
  'flows.body': {
    params: { id: number; side: 'request' | 'answer'; form: BodyForm; offset: number; limit: number };
    result: BodySlice;
  };
  'flows.messages': { params: { id: number; offset: number; limit: number }; result: StreamMessages };
  'flows.overview': { params: { filter: string; buckets: number }; result: Overview };
  /** How many flows match each filter; null for an invalid one, and for one that would need bodies or headers from disk. */
  'flows.counts': { params: { filters: readonly string[] }; result: { counts: (number | null)[] } };
  /** Values of a field that begin with or contain `text`, most frequent first. */
  'filter.values': { params: { field: string; text: string; limit: number }; result: { values: ValueCount[] } };
  'clusters.list': { params: Record<string, never>; result: { clusters: ClusterCard[] } };
  /** What there is to capture, and the choices of the last capture from here. */
  'clusters.inventory': { params: { id: string }; result: { inventory: ClusterInventory; capture: CaptureOptions } };
  /** Checks whether such a capture can be switched on. Changes nothing. */
  'clusters.preflight': { params: { id: string; capture: CaptureOptions }; result: Preflight };
  /** What switching on such a capture would do. Changes nothing. */
  'clusters.plan': { params: { id: string; capture: CaptureOptions }; result: CapturePlan };
  /** Resolves when captures arrive. The card's steps show progress. Without `capture`: as last time. */
  'clusters.enable': { params: { id: string; capture?: CaptureOptions }; result: { cluster: ClusterCard } };
  /** Makes capture end by itself after so many minutes from now; null: only when it is switched off. */
  'clusters.extend': { params: { id: string; minutes: number | null }; result: { cluster: ClusterCard } };
  /** The choices when capture is switched off. Changes nothing. */
  'clusters.disablePlan': { params: { id: string }; result: DisablePlan };
  /**
   * Resolves when all that was put there was removed, or kept, and looked up once more. Without `slot`: as it was chosen when
   * capture was switched on; a slot that was left in place is taken out when nothing captures.
   */
  'clusters.disable': {
    params: { id: string; slot?: SlotChoice };
    result: { cluster: ClusterCard; remainder: Remainder };
  };
  /** Aspen Mesh: disables Packet Inspector and removes all that belongs to it, as its documentation does. Resolves as `disable` does. */
  'clusters.uninstall': { params: { id: string }; result: { cluster: ClusterCard; remainder: Remainder } };
  /** Aspen Mesh: gives a namespace, made where there is none, the label by which Citadel makes certificates for it. */
  'clusters.label': { params: { id: string; namespace: string }; result: Record<string, never> };
  /** Aspen Mesh: what its release is upgraded with from now on: a release folder, a chart's folder or archive; '' for what the release keeps. */
  'clusters.nameChart': { params: { id: string; path: string }; result: Record<string, never> };
  /** Finds out why nothing, or too little, comes. */
  'clusters.doctor': { params: { id: string }; result: { findings: readonly Finding[] } };
  /** Captures that analysis emulators of the cluster, ours or not, have below `/tmp`: the newest that match. */
  'emulator.list': { params: { id: string; name: string; limit: number }; result: EmulatorList };
  /**
   * Begins a session and reads captures into it; with `follow` also what comes later, until it is stopped or another session is
   * shown. Resolves when it has begun. One at a time.
   */
  'emulator.read': { params: EmulatorSelection & { follow: boolean }; result: SessionInfo };
  /** Ends the reading; what has been read stays. */
  'emulator.stop': { params: Record<string, never>; result: Record<string, never> };
  /** The reading that goes on, or the last one for the session that is shown; null when there was none. */
  'emulator.state': { params: Record<string, never>; result: { reading: EmulatorReading | null } };
  /** Makes one BSON capture of the `.bson` files of captures. Target, download and cancelling are those of `session.save`. */
  'emulator.save': {
    params: EmulatorSelection & { target: SaveTarget | null };
    result: { path: string; download: string; files: number; failed: number; bytes: number };
  };
  'session.info': { params: Record<string, never>; result: SessionInfo };
  /**
   * Reads a capture file into a new session; the one that was open stays on disk. With `follow`, reading goes on whenever the
   * file grows, until `session.cancelOpen`.
   */
  'session.open': { params: { path: string; follow?: boolean }; result: SessionInfo };
  /** Stops reading or following a file; what has been read stays. */
  'session.cancelOpen': { params: Record<string, never>; result: SessionInfo };
  /** Begins an empty session; the one that was open stays on disk. */
  'session.new': { params: Record<string, never>; result: SessionInfo };
  /**
   * Writes the flows that match as `format`, or else the path's ending, says: pcapng where neither does. Of HAR, those of them
   * that are HTTP. Without a target (serve mode) the result names a one-time download. One at a time.
   */
  'session.save': {
    params: { target: SaveTarget | null; filter: string; format?: SaveFormat };
    result: { path: string; download: string; flows: number; bytes: number };
  };
  /** Sessions on disk and capture files opened before, most recently used first. */
  'session.list': { params: Record<string, never>; result: { sessions: SessionEntry[] } };
  /** Deletes the file of a session, which is not the one that is shown; a capture file is only no longer listed. */
  'session.remove': { params: { path: string }; result: { sessions: SessionEntry[] } };
  /** Cancels saving, or writing a file for Wireshark, which then fails with the code `save.cancelled`. */
  'session.cancelSave': { params: Record<string, never>; result: Record<string, never> };
  'wireshark.open': { params: { filter: string }; result: WiresharkResult };
  'schema.info': { params: Record<string, never>; result: SchemaInfo };
  /** Loads message types for gRPC from folders with .proto files, single ones and descriptor sets, in place of those before. */
  'schema.load': { params: { paths: readonly string[] }; result: SchemaInfo };
  /** Reads an override values file that the shell's dialog chose. In a browser the page reads it itself. */
  'values.open': { params: { target: SaveTarget }; result: ValuesFile };
  /**
   * Writes a values file where the shell's dialog said. `revision`: what it replaces, else it fails with `valuesChangedCode`; null for
   * whatever is there.
   */
  'values.save': {
    params: { target: SaveTarget; text: string; revision: string | null };
    result: { revision: string };
  };
  'settings.get': { params: Record<string, never>; result: Settings };
  'settings.set': { params: Partial<Settings>; result: Settings };
}

/** What the engine remembers for the user between runs. */
export interface Settings {
  /** Path of the Wireshark program; '' to look for it. */
  readonly wiresharkPath: string;
  /** Path of the helm program; '' to look for it. */
  readonly helmPath: string;
  /** Release folders, chart folders or archives that clusters of Aspen Mesh are upgraded with, by cluster id. */
  readonly chartPaths: Readonly<Record<string, string>>;
  /** Folders with .proto files, .proto files and descriptor sets that message types are loaded from. */
  readonly protoPaths: readonly string[];
  /** Capture files that were opened, newest first. */
  readonly recentCaptures: readonly string[];
}

/** An override values file as it stands on disk. */
export interface ValuesFile {
  /** Without its folder. */
  readonly name: string;
  /** Including its line ends and byte order mark. */
  readonly text: string;
  /** Passed back when saving, so that changes made by others meanwhile are not overwritten. */
  readonly revision: string;
}

/** Events that the engine sends unasked. */
export interface Events {
  'flows.changed': FlowsChanged;
  'clusters.changed': { clusters: ClusterCard[] };
  'session.changed': SessionInfo;
  /** A reading of captures of emulators goes on. */
  'emulator.changed': { reading: EmulatorReading | null };
  /** A saving goes on. */
  'save.progress': SaveProgress;
  /** Other message types were loaded: from now on gRPC messages are decoded differently. */
  'schema.changed': SchemaInfo;
}

export type RequestName = keyof Requests;
export type EventName = keyof Events;
export type Params<N extends RequestName> = Requests[N]['params'];
export type Result<N extends RequestName> = Requests[N]['result'];

/** Frames on the wire between view and engine, over a MessagePort or a WebSocket. */
export type ClientFrame = { readonly id: number; readonly name: RequestName; readonly params: unknown };
export type ServerFrame =
  | { readonly id: number; readonly result: unknown }
  | { readonly id: number; readonly error: ApiError }
  | { readonly event: EventName; readonly data: unknown };

/** Code of a session's problem: the capture file that the engine was started with could not be opened. */
export const refusedAtStart = 'file.refused';

/** Code of a session's problem: its capture file is still being written. */
export const growingFile = 'file.growing';

/** Code of an error that is resolved by naming, or correcting, the path of the chart. */
export const chartErrorCode = 'cluster.chart';

/** Code of an error: a values file has changed on disk since it was read. */
export const valuesChangedCode = 'values.changed';

/** An error that a person can act on. `at` is the place in a filter text where it applies. */
export interface ApiError {
  readonly code: string;
  readonly message: string;
  readonly at?: readonly [number, number];
}

/** The engine's side: one handler for each request. */
export type Handlers = { readonly [N in RequestName]: (params: Params<N>) => Promise<Result<N>> | Result<N> };

/** The view's side. */
export interface Client {
  request<N extends RequestName>(name: N, params: Params<N>): Promise<Result<N>>;
  on<N extends EventName>(name: N, listener: (data: Events[N]) => void): () => void;
}
