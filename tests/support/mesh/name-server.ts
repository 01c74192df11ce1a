import { createSocket } from 'node:dgram';

/** A DNS server on loopback that answers each question for an IPv4 address with the one given for the name. */
export interface NameServer extends AsyncDisposable {
  readonly port: number;
}

/** @param addressOf null: there is no such name */
export async function startNameServer(addressOf: (name: string) => string | null): Promise<NameServer> {
  const socket = createSocket('udp4');
  socket.on('message', (query, from) => {
    const answer = answerTo(query, addressOf);
    if (answer) socket.send(answer, from.port, from.address);
  });
  await new Promise<void>((resolve) => socket.bind(0, '127.0.0.1', resolve));
  return {
    port: socket.address().port,
    [Symbol.asyncDispose]: () => new Promise((resolve) => socket.close(() => resolve())),
  };
}

/** RFC 1035 section 4: the question is sent back with, for type A, one resource record. */
function answerTo(query: Buffer, addressOf: (name: string) => string | null): Buffer | null {
  const labels: string[] = [];
  let at = 12;
  for (let length = query[at]; length !== undefined && length > 0; length = query[at]) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length));
    at += 1 + length;
  }
  if (at + 5 > query.length) return null;
  const type = query.readUInt16BE(at + 1);
  const question = query.subarray(12, at + 5);
  const address = addressOf(labels.join('.'));
  const header = Buffer.from(query.subarray(0, 12));
  header.writeUInt16BE(address === null ? 0x8183 : 0x8180, 2);
  header.writeUInt16BE(1, 4);
  header.writeUInt16BE(address !== null && type === 1 ? 1 : 0, 6);
  header.writeUInt32BE(0, 8);
  if (address === null || type !== 1) return Buffer.concat([header, question]);
  const record = Buffer.from([0xc0, 12, 0, 1, 0, 1, 0, 0, 0, 5, 0, 4, ...address.split('.').map(Number)]);
  return Buffer.concat([header, question, record]);
}
