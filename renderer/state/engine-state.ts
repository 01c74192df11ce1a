import { createStore, type StoreApi } from 'zustand/vanilla';
import type { ClusterCard, SessionInfo } from '../../app/api/types.ts';
import type { ConnectionStatus, EngineClient } from '../transport/engine-client.ts';

/** What the engine tells of itself: connection, clusters, session. */
export interface EngineState {
  readonly connection: ConnectionStatus;
  /** Null until told. */
  readonly clusters: readonly ClusterCard[] | null;
  readonly session: SessionInfo | null;
}

/** Follows the engine; asks for everything anew whenever the connection is back. */
export function createEngineState(client: EngineClient): StoreApi<EngineState> {
  const store = createStore<EngineState>(() => ({ connection: client.status, clusters: null, session: null }));
  client.on('clusters.changed', ({ clusters }) => store.setState({ clusters }));
  client.on('session.changed', (session) => store.setState({ session }));
  client.onStatus((connection) => {
    store.setState({ connection });
    if (connection.phase === 'connected') void load(client, store).catch(() => {});
  });
  return store;
}

async function load(client: EngineClient, store: StoreApi<EngineState>): Promise<void> {
  const [{ clusters }, session] = await Promise.all([
    client.request('clusters.list', {}),
    client.request('session.info', {}),
  ]);
  store.setState({ clusters, session });
}

/** A cluster whose pods hand over plaintext now. */
export function isCapturing(cluster: ClusterCard): boolean {
  return cluster.state === 'capturing' || cluster.state === 'degraded';
}
