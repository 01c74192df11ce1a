import { createStore, type StoreApi } from 'zustand/vanilla';
import type { EmulatorReading } from '../../app/api/emulator-types.ts';
import type { SessionInfo } from '../../app/api/session-types.ts';
import type { ClusterCard, SchemaInfo } from '../../app/api/types.ts';
import type { ConnectionStatus, EngineClient } from '../transport/engine-client.ts';

/** What the engine tells of itself: connection, clusters, session. */
export interface EngineState {
  readonly connection: ConnectionStatus;
  /** Null until told. */
  readonly clusters: readonly ClusterCard[] | null;
  readonly session: SessionInfo | null;
  /** Message types that are loaded. A new object each time that others are: what was read with the old ones is read again. */
  readonly schema: SchemaInfo | null;
  /** Captures of emulators that are read into the session, or were. */
  readonly reading: EmulatorReading | null;
}

/** Follows the engine; asks for everything anew whenever the connection is back. */
export function createEngineState(client: EngineClient): StoreApi<EngineState> {
  const store = createStore<EngineState>(() => ({
    connection: client.status,
    clusters: null,
    session: null,
    schema: null,
    reading: null,
  }));
  client.on('clusters.changed', ({ clusters }) => store.setState({ clusters }));
  client.on('session.changed', (session) => store.setState({ session }));
  client.on('emulator.changed', ({ reading }) => store.setState({ reading }));
  client.on('schema.changed', (schema) => store.setState({ schema }));
  client.onStatus((connection) => {
    store.setState({ connection });
    if (connection.phase === 'connected') void load(client, store).catch(() => {});
  });
  return store;
}

async function load(client: EngineClient, store: StoreApi<EngineState>): Promise<void> {
  const [{ clusters }, session, schema, { reading }] = await Promise.all([
    client.request('clusters.list', {}),
    client.request('session.info', {}),
    client.request('schema.info', {}),
    client.request('emulator.state', {}),
  ]);
  store.setState({ clusters, session, schema, reading });
}

/** A cluster whose pods hand over plaintext now. */
export function isCapturing(cluster: ClusterCard): boolean {
  const { state, connection } = cluster;
  // What cannot be reached goes on capturing until its lease is over.
  return state === 'capturing' || state === 'degraded' || (state === 'unreachable' && connection.state !== 'none');
}

/** A cluster whose captures come into the session that is shown: they do not while that is a capture file. */
export function isShown(cluster: ClusterCard): boolean {
  return isCapturing(cluster) && cluster.connection.state !== 'none';
}

/** Flows come into the session that is shown, from a cluster or from files that are followed. */
export function isLive({ clusters, session, reading }: EngineState): boolean {
  return clusters?.some(isShown) || reading?.phase === 'following' || session?.reading?.follows === true;
}
