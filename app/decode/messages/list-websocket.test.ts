import { once } from 'node:events';
import { type AddressInfo, connect, createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import WebSocket, { WebSocketServer } from 'ws';
import { bodyOf, list, MemoryStore, messageOf, type Piece } from '../../../tests/support/message-lists.ts';
import { emptyBody } from '../http/body.ts';

/** The bytes after the handshake that two real peers write to each other: client's, server's, and the agreed extensions. */
async function record(options: object, converse: (client: WebSocket) => Promise<void>) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1', ...options });
  await once(server, 'listening');
  const seen: [Buffer[], Buffer[]] = [[], []];
  const relay = createServer((client) => {
    const upstream = connect((server.address() as AddressInfo).port, '127.0.0.1');
    client.on('data', (bytes) => seen[0].push(bytes)).pipe(upstream);
    upstream.on('data', (bytes) => seen[1].push(bytes)).pipe(client);
  }).listen(0, '127.0.0.1');
  await once(relay, 'listening');
  const client = new WebSocket(`ws://127.0.0.1:${(relay.address() as AddressInfo).port}`, options);
  const [accepted] = (await once(server, 'connection')) as [WebSocket];
  if (client.readyState !== WebSocket.OPEN) await once(client, 'open');
  const closed = Promise.all([once(client, 'close'), once(accepted, 'close')]);
  await converse(client);
  await closed;
  relay.close();
  server.close();
  const [fromClient, fromServer] = seen.map((parts) => Buffer.concat(parts));
  const body = (bytes: Buffer) => bytes.subarray(bytes.indexOf('\r\n\r\n') + 4);
  const extensions = /^sec-websocket-extensions: (.*)\r$/im.exec(fromServer!.toString('latin1'))?.[1] ?? '';
  return { client: body(fromClient!), server: body(fromServer!), extensions };
}

async function send(socket: WebSocket, data: string | Uint8Array, options: object = {}): Promise<void> {
  await new Promise<void>((resolve) => socket.send(data, options, () => resolve()));
}

describe('WebSocket', () => {
  const json = JSON.stringify({ topic: 'orders', text: 'the same words again and again, the same words again' });
  const laidOut = JSON.stringify(JSON.parse(json), null, 2);

  const variants = [
    ['uncompressed', false, {}],
    ['permessage-deflate', true, { perMessageDeflate: { threshold: 0 } }],
    [
      'without context takeover',
      true,
      { perMessageDeflate: { threshold: 0, serverNoContextTakeover: true, clientNoContextTakeover: true } },
    ],
  ] as const;

  test.each(variants)(
    '%s, between two real peers, window by window and split anywhere',
    async (_name, compressed, options) => {
      const wire = await record(options, async (client) => {
        for (let count = 0; count < 3; count++) await send(client, json);
        await send(client, 'a fragment, ', { fin: false });
        client.ping('still there?');
        await send(client, 'and its end');
        await send(client, Buffer.of(1, 2, 3, 0x41));
        await new Promise<void>((resolve) => client.ping('', undefined, () => resolve()));
        client.close(1000, 'done');
      });
      const expected = [
        ['text', laidOut],
        ['text', laidOut],
        ['text', laidOut],
        ['ping', expect.stringContaining('still there?')],
        ['text', 'a fragment, and its end'],
        ['binary', expect.stringContaining('01 02 03 41')],
        ['ping', ''],
        ['close', '1000 Normal Closure: done'],
      ];
      const headers = { 'Sec-WebSocket-Extensions': wire.extensions };
      const step = Math.max(1, Math.floor(wire.client.length / 25));
      for (let at = 0; at <= wire.client.length; at += step) {
        const store = new MemoryStore();
        const request = messageOf(
          bodyOf(store, [
            [1, wire.client.subarray(0, at)],
            [2, wire.client.subarray(at)],
          ]),
        );
        const answer = messageOf(emptyBody(), headers);
        const all = await list('WebSocket', store, request, answer);
        expect(all.messages.map(({ type, text }) => [type, text])).toEqual(expected);
        expect(all.messages[0]!.compressed).toBe(compressed);
        const window = await list('WebSocket', store, request, answer, 4, 2);
        expect([window.total, window.messages]).toEqual([8, all.messages.slice(4, 6)]);
      }
    },
  );

  test('a lost message breaks those that go on from it, and says so', async () => {
    const wire = await record({ perMessageDeflate: { threshold: 0 } }, async (client) => {
      await send(client, json);
      await send(client, json);
      await send(client, json);
      client.close();
    });
    const store = new MemoryStore();
    const firstFrame = 6 + (wire.client[1]! & 0x7f);
    const pieces: Piece[] = [
      [1, wire.client.subarray(0, firstFrame + 8)],
      [2, 4],
      [3, wire.client.subarray(firstFrame + 12)],
    ];
    const answer = messageOf(emptyBody(), { 'sec-websocket-extensions': 'permessage-deflate' });
    const { messages } = await list('WebSocket', store, messageOf(bodyOf(store, pieces)), answer);
    expect(messages.map(({ complete }) => complete)).toEqual([true, false, true, true]);
    expect(messages[0]!.text).toBe(laidOut);
    expect(messages[2]!.text).toBe('# Compressed together with earlier messages that are missing, broken or too long.');
  });
});
