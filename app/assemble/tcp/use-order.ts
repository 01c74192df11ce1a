import type { TcpConnection } from './tcp-connection.ts';

/** Connections in the order of their last use, as a list linked through the connections themselves. */
export class UseOrder {
  newest: TcpConnection | null = null;
  oldest: TcpConnection | null = null;
  size = 0;

  add(connection: TcpConnection): void {
    connection.older = this.newest;
    connection.newer = null;
    if (this.newest !== null) this.newest.newer = connection;
    else this.oldest = connection;
    this.newest = connection;
    this.size++;
  }

  remove(connection: TcpConnection): void {
    if (connection.older !== null) connection.older.newer = connection.newer;
    else this.oldest = connection.newer;
    if (connection.newer !== null) connection.newer.older = connection.older;
    else this.newest = connection.older;
    connection.older = null;
    connection.newer = null;
    this.size--;
  }

  /** It was used just now. */
  touch(connection: TcpConnection): void {
    if (connection === this.newest) return;
    this.remove(connection);
    this.add(connection);
  }
}
