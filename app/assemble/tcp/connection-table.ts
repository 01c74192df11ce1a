import { NumberMap } from '../../bytes/number-map.ts';
import type { NetworkPacket } from '../../packet/network-packet.ts';
import type { TcpConnection } from './tcp-connection.ts';
import { UseOrder } from './use-order.ts';

/**
 * Connections by addresses and ports. Ended ones stay for a while, so that what comes late for them opens no new one;
 * they make way before those that are open.
 */
export class ConnectionTable {
  readonly open = new UseOrder();
  readonly ended = new UseOrder();
  /** Ended ones of sidecars' captures, in which nothing comes late but the last acknowledgement. */
  readonly endedCaptures = new UseOrder();
  /** The first connection of each hash; others follow by `nextInChain`. */
  private readonly chains = new NumberMap<TcpConnection>();

  find(hash: number, packet: NetworkPacket, sourcePort: number, destinationPort: number): TcpConnection | null {
    // Packets of one connection follow each other more often than not.
    const latest = this.open.newest;
    if (latest !== null && latest.hash === hash && latest.sideOf(packet, sourcePort, destinationPort) >= 0) {
      return latest;
    }
    let connection = this.chains.get(hash) ?? null;
    while (connection !== null && connection.sideOf(packet, sourcePort, destinationPort) < 0) {
      connection = connection.nextInChain;
    }
    if (connection !== null) this.orderOf(connection).touch(connection);
    return connection;
  }

  add(connection: TcpConnection): void {
    connection.nextInChain = this.chains.get(connection.hash) ?? null;
    this.chains.set(connection.hash, connection);
    this.open.add(connection);
  }

  /** An open connection has ended. */
  retire(connection: TcpConnection): void {
    this.open.remove(connection);
    connection.isRetired = true;
    this.orderOf(connection).add(connection);
  }

  remove(connection: TcpConnection): void {
    this.orderOf(connection).remove(connection);
    const head = this.chains.get(connection.hash);
    if (head === connection) {
      if (connection.nextInChain === null) this.chains.delete(connection.hash);
      else this.chains.set(connection.hash, connection.nextInChain);
      return;
    }
    let before = head;
    while (before !== undefined && before.nextInChain !== connection) before = before.nextInChain ?? undefined;
    if (before !== undefined) before.nextInChain = connection.nextInChain;
  }

  private orderOf(connection: TcpConnection): UseOrder {
    if (!connection.isRetired) return this.open;
    return connection.isSynthetic ? this.endedCaptures : this.ended;
  }
}

/** The same for both directions of a connection; 30 bits, so that the engine keeps it as a small integer. */
export function connectionHash(packet: NetworkPacket, sourcePort: number, destinationPort: number): number {
  const source = endHash(packet.source0, packet.source1, packet.source2, packet.source3, sourcePort);
  const destination = endHash(
    packet.destination0,
    packet.destination1,
    packet.destination2,
    packet.destination3,
    destinationPort,
  );
  return (source + destination) & 0x3fffffff;
}

function endHash(word0: number, word1: number, word2: number, word3: number, port: number): number {
  let hash = Math.imul(word0 ^ Math.imul(word1, 0x85ebca6b), 0xc2b2ae35);
  hash = Math.imul(hash ^ word2 ^ (hash >>> 15), 0x27d4eb2f);
  hash = Math.imul(hash ^ word3 ^ (hash >>> 13), 0x165667b1);
  hash = Math.imul(hash ^ port ^ (hash >>> 16), 0x9e3779b1);
  return hash ^ (hash >>> 15);
}
