import { once } from 'node:events';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { dictionary, message } from '../../../tests/support/diameter.ts';
import { DiameterPeer } from './peer.ts';

it('answers each of the requests that come in one piece', async () => {
  const watchdog = (hopByHopId: number) => message({ commandCode: 280, applicationId: 0, flags: 0x80, hopByHopId }, []);
  const server = createServer((socket) => new DiameterPeer(socket, dictionary, 1, () => []));
  const path =
    process.platform === 'win32' ? `\\\\.\\pipe\\peer-${process.pid}` : join(tmpdir(), `peer-${process.pid}`);
  await once(server.listen(path), 'listening');
  const client = connect(path);
  client.write(Buffer.concat([watchdog(7), watchdog(8), watchdog(9)]));
  let answers = Buffer.alloc(0);
  while (answers.length < 60) answers = Buffer.concat([answers, (await once(client, 'data'))[0] as Buffer]);
  client.destroy();
  server.close();
  expect([12, 32, 52].map((at) => answers.readUInt32BE(at))).toEqual([7, 8, 9]);
});
