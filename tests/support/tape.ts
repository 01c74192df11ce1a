import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import type { Direction } from '../../app/model/exchange.ts';

/** What went through a connection, in order. */
export interface TapeEntry {
  readonly direction: Direction;
  readonly bytes: Uint8Array;
}

/** A TCP relay on loopback that keeps a tape of each connection, in the order in which they were made. */
export class RecordingRelay implements AsyncDisposable {
  readonly tapes: TapeEntry[][] = [];
  private readonly sockets = new Set<Socket>();
  private readonly server;

  private constructor(port: number) {
    this.server = createServer((client) => {
      const tape: TapeEntry[] = [];
      this.tapes.push(tape);
      const server = connect(port, '127.0.0.1');
      this.relay(client, server, 0, tape);
      this.relay(server, client, 1, tape);
    });
  }

  static async start(port: number): Promise<RecordingRelay> {
    const relay = new RecordingRelay(port);
    await new Promise<void>((resolve) => relay.server.listen(0, '127.0.0.1', resolve));
    return relay;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.sockets) socket.destroy();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private relay(from: Socket, to: Socket, direction: Direction, tape: TapeEntry[]): void {
    this.sockets.add(from);
    from.on('data', (bytes) => {
      tape.push({ direction, bytes: new Uint8Array(bytes) });
      to.write(bytes);
    });
    from.on('end', () => to.end());
    from.on('error', () => to.destroy());
    from.on('close', () => this.sockets.delete(from));
  }
}
