import type { NetworkPacket } from '../../packet/network-packet.ts';
import type { TcpConnection } from './tcp-connection.ts';

/** Connections by addresses and ports, in the order of their last use. */
export class ConnectionTable {
  private readonly chains = new Map<number, TcpConnection>();
  private newest: TcpConnection | null = null;
  /** The connection used longest ago. */
  oldest: TcpConnection | null = null;
  size = 0;

  find(hash: number, packet: NetworkPacket, sourcePort: number, destinationPort: number): TcpConnection | null {
    // Packets of one connection follow each other more often than not.
    const newest = this.newest;
    if (newest !== null && newest.hash === hash && newest.sideOf(packet, sourcePort, destinationPort) >= 0)
      return newest;
    let connection = this.chains.get(hash) ?? null;
    while (connection !== null && connection.sideOf(packet, sourcePort, destinationPort) < 0) {
      connection = connection.nextInChain;
    }
    if (connection !== null) this.touch(connection);
    return connection;
  }

  add(connection: TcpConnection): void {
    connection.nextInChain = this.chains.get(connection.hash) ?? null;
    this.chains.set(connection.hash, connection);
    this.linkNewest(connection);
    this.size++;
  }

  remove(connection: TcpConnection): void {
    this.unlink(connection);
    this.size--;
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

  /** All connections by the order of last use, the oldest first. */
  *values(): IterableIterator<TcpConnection> {
    for (let each = this.oldest; each !== null; each = each.newer) yield each;
  }

  private touch(connection: TcpConnection): void {
    if (connection === this.newest) return;
    this.unlink(connection);
    this.linkNewest(connection);
  }

  private linkNewest(connection: TcpConnection): void {
    connection.older = this.newest;
    connection.newer = null;
    if (this.newest !== null) this.newest.newer = connection;
    else this.oldest = connection;
    this.newest = connection;
  }

  private unlink(connection: TcpConnection): void {
    if (connection.older !== null) connection.older.newer = connection.newer;
    else this.oldest = connection.newer;
    if (connection.newer !== null) connection.newer.older = connection.older;
    else this.newest = connection.older;
    connection.older = null;
    connection.newer = null;
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
