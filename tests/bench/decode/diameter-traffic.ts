import { creditControl } from './credit-control.ts';
import { PacketFile } from './packet-file.ts';

const CONNECTIONS = 20;

/** Credit-control transactions over long-lived connections of gateways to a charging system. */
export function writeDiameterTraffic(path: string, transactions: number, port: number): void {
  using file = new PacketFile(path, CONNECTIONS, port);
  for (let number = 0; number < transactions; number++) {
    const connection = number % CONNECTIONS;
    file.send(connection, 0, creditControl(number, true));
    file.send(connection, 1, creditControl(number, false));
  }
}
