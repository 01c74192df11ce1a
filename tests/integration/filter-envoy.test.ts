import { connect as connectHttp2 } from 'node:http2';
import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FilterRecord } from '../../app/capture/batch.ts';
import { Collector } from '../support/collector.ts';
import { ENVOY_VERSIONS, Envoy, envoyBinary } from '../support/envoy.ts';
import { CAPTURE_CLUSTER } from '../support/envoy-config.ts';
import {
  creditControlRequest,
  type Peer,
  startDiameterPeer,
  startHttp1Peer,
  startHttp2Peer,
} from '../support/envoy-peers.ts';
import { filterModule } from '../support/filter-host.ts';
import { load, send } from '../support/http-load.ts';

const METADATA = {
  NAME: 'cart-1',
  NAMESPACE: 'shop',
  WORKLOAD_NAME: 'cart',
  SERVICE_ACCOUNT: 'cart-account',
  LABELS: { app: 'cart' },
};

for (const version of ENVOY_VERSIONS) {
  const missing = envoyBinary(version) === null;
  describe.skipIf(missing)(`the filter in Envoy ${version}${missing ? ' (not in .parts: npm run parts)' : ''}`, () => {
    let peers: { http1: Peer; http2: Peer; diameter: Peer };

    beforeAll(async () => {
      peers = { http1: await startHttp1Peer(), http2: await startHttp2Peer(), diameter: await startDiameterPeer() };
    });

    afterAll(async () => {
      for (const peer of Object.values(peers)) await peer[Symbol.asyncDispose]();
    });

    async function sidecar(
      collector: { port: number },
      options: { configuration?: string; http?: number; role?: 'consumer' | 'producer'; concurrency?: number } = {},
    ): Promise<Envoy> {
      return Envoy.start(version, {
        role: options.role ?? 'producer',
        httpUpstream: options.http ?? peers.http1.port,
        tcpUpstream: peers.diameter.port,
        collector: collector.port,
        metadata: METADATA,
        concurrency: options.concurrency ?? 1,
        filter: { module: filterModule, configuration: configuration(options.configuration ?? '') },
      });
    }

    it('sees each exchange of both sidecars once, HTTP/1.1 with bodies and trailers', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector, { concurrency: 2 });
      await using consumer = await sidecar(collector, { role: 'consumer', http: producer.ports.http! });
      const { failed } = await load(consumer.ports.http!, { count: 400, concurrency: 8, body: 'x'.repeat(300) });
      expect(failed).toBe(0);
      await collector.until(({ account }) => account.delivered >= 800);
      expect(collector.account).toMatchObject({ seen: 800, delivered: 800, dropped: 0 });
      for (const role of ['consumer', 'producer']) {
        const records = collector.records.filter(({ connection }) => connection?.role === role);
        expect(new Set(records.map(pathOf)).size).toBe(400);
        for (const record of records) {
          expect(record).toMatchObject({ reset: false, responseCodeDetails: 'via_upstream', responseFlags: '' });
          expect(bodyOf(record, 'answer')).toEqual({ text: 'x'.repeat(300), length: 300 });
          expect(record.events.find(({ kind }) => kind === 'trailers')).toMatchObject({
            side: 'answer',
            headers: [['x-checksum', '300']],
          });
        }
      }
      expect(collector.latest[0]!.node).toMatchObject({ pod: 'cart-1', namespace: 'shop', service: 'cart' });
    });

    it('sees HTTP/2 with trailers of both directions', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector, { http: peers.http2.port });
      const session = connectHttp2(`http://127.0.0.1:${producer.ports.http}`);
      for (let call = 0; call < 50; call++) {
        await new Promise<void>((resolve, reject) => {
          const stream = session.request({ ':path': `/call/${call}`, ':method': 'POST' }, { waitForTrailers: true });
          stream.on('wantTrailers', () => stream.sendTrailers({ 'x-request-trailer': 'yes' }));
          stream
            .on('error', reject)
            .on('data', () => {})
            .on('end', resolve);
          stream.end(`message ${call}`);
        });
      }
      session.close();
      await collector.until(({ account }) => account.delivered >= 50);
      expect(collector.account).toMatchObject({ seen: 50, delivered: 50, dropped: 0 });
      for (const record of collector.records) {
        expect(record.connection?.protocol).toBe('http/2');
        const trailers = record.events.filter((event) => event.kind === 'trailers');
        expect(trailers).toMatchObject([
          { side: 'request', headers: [['x-request-trailer', 'yes']] },
          { side: 'answer', headers: [['grpc-status', '5']] },
        ]);
      }
    });

    it('sees each Diameter message once, and where the connection goes on to', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector);
      const diameter = await DiameterClient.open(producer.ports.tcp!);
      for (let number = 0; number < 100; number++) await diameter.exchange(number);
      diameter.close();
      await collector.until(({ account }) => account.messages >= 200);
      expect(collector.account).toMatchObject({ messagesSeen: 200, messages: 200, messagesDropped: 0 });
      const messages = collector.records.flatMap(({ events }) => events);
      const bytes = messages.map((event) => (event.kind === 'message' ? Buffer.from(event.bytes) : Buffer.alloc(0)));
      expect(bytes.map((one) => [one.readUInt32BE(12), one[4]! >> 7])).toEqual(
        Array.from({ length: 200 }, (_, index) => [index >> 1, 1 - (index & 1)]),
      );
      expect(collector.records.at(-1)!.upstream).toEqual({ address: '127.0.0.1', port: peers.diameter.port });
    });

    it('says what the proxy did by itself: nobody there, client gone', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector, { http: 1 });
      expect((await send(producer.ports.http!)).status).toBe(503);
      await collector.until(({ account }) => account.delivered >= 1);
      expect(collector.records[0]).toMatchObject({ reset: false, responseFlags: 'UF' });
      expect(collector.records[0]!.responseCodeDetails).toContain('upstream_reset_before_response_started');

      await using other = await sidecar(collector);
      const socket = connect(other.ports.http!, '127.0.0.1');
      socket.write('GET /never HTTP/1.1\r\nhost: cart\r\n\r\n');
      await new Promise((resolve) => setTimeout(resolve, 200));
      socket.destroy();
      await collector.until(({ account }) => account.delivered >= 2);
      expect(collector.records.at(-1)).toMatchObject({
        reset: true,
        responseFlags: 'DC',
        responseCodeDetails: 'downstream_remote_disconnect',
      });
    });

    it('shows an exchange while it is open', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector);
      const answer = send(producer.ports.http!, { path: '/open' });
      await collector.until(({ records }) => records.length === 1, 1500);
      expect(collector.records[0]).toMatchObject({ part: 0, final: false });
      expect(bodyOf(collector.records[0]!, 'answer').text).toBe('first ');
      expect((await answer).body).toBe('first second');
      await collector.until(({ records }) => records.some(({ final }) => final));
      expect(collector.records.map(({ part }) => part)).toEqual([0, 1]);
    });

    it('keeps of 20 MB what the limit allows, and counts the rest', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector);
      const body = Buffer.alloc(20_000_000, 'x');
      expect((await send(producer.ports.http!, { body })).body).toBe('large');
      await collector.until(({ account }) => account.delivered >= 1);
      const parts = collector.records.map((record) => bodyOf(record, 'request'));
      expect(parts.reduce((sum, { length }) => sum + length, 0)).toBe(20_000_000);
      expect(parts.reduce((sum, part) => sum + part.text.length, 0)).toBe(65_536);
    });

    it('harms no request and keeps the account when the receiver hangs, dies and comes back', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector, {
        configuration: 'timeout=1000;memory=1000000',
        concurrency: 2,
      });
      const burst = async (count: number) => {
        const { failed } = await load(producer.ports.http!, { count, concurrency: 16, body: 'x'.repeat(2000) });
        expect(failed).toBe(0);
      };
      await burst(300);
      collector.sleep();
      await burst(1500);
      collector.wake();
      await burst(300);
      const killed = burst(1000);
      await new Promise((resolve) => setTimeout(resolve, 100));
      await collector.stop();
      await killed;
      await burst(1000);
      await collector.restart();
      await burst(300);
      await collector.until(
        ({ account: { seen, delivered, dropped } }) => seen === 4400 && delivered + dropped === seen,
      );
      expect(collector.account.dropped).toBeGreaterThan(0);
      expect((await producer.usage()).resident).toBeLessThan(400_000_000);
    });

    it('switches on and off at once, for connections that are open too', async () => {
      await using collector = await Collector.start();
      await using producer = await sidecar(collector, { configuration: 'capture=off' });
      const diameter = await DiameterClient.open(producer.ports.tcp!);
      await diameter.exchange(1);
      await send(producer.ports.http!);
      await producer.configure(configuration('gen=2'));
      await collector.until(({ latest }) => latest.some(({ capturing }) => capturing), 5000);
      await new Promise((resolve) => setTimeout(resolve, 300));
      await diameter.exchange(2);
      await send(producer.ports.http!);
      await collector.until(({ account }) => account.delivered === 1 && account.messages === 2, 5000);
      await producer.configure(configuration('capture=off;gen=3'));
      await collector.until(({ latest }) => latest.every(({ capturing }) => !capturing), 8000);
      await diameter.exchange(3);
      await send(producer.ports.http!);
      diameter.close();
      await new Promise((resolve) => setTimeout(resolve, 1200));
      expect(collector.account).toMatchObject({ seen: 1, delivered: 1, messagesSeen: 2, messages: 2 });
    });
  });
}

function configuration(more: string): string {
  return `cluster=${CAPTURE_CLUSTER};capture=on;diameter=all;heartbeat=500;${more}`;
}

function pathOf(record: FilterRecord): string {
  const [first] = record.events;
  return (first?.kind === 'headers' && first.headers.find(([name]) => name === ':path')?.[1]) || '';
}

function bodyOf(record: FilterRecord, side: 'request' | 'answer'): { text: string; length: number } {
  const data = record.events.filter((event) => event.kind === 'data').filter((event) => event.side === side);
  return {
    text: data.map((event) => Buffer.from(event.bytes).toString()).join(''),
    length: data.reduce((sum, event) => sum + event.length, 0),
  };
}

/** Sends one request at a time and waits for its answer. */
class DiameterClient {
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
  }

  static async open(port: number): Promise<DiameterClient> {
    const socket = connect(port, '127.0.0.1');
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject));
    return new DiameterClient(socket);
  }

  async exchange(number: number): Promise<void> {
    const answer = new Promise<Buffer>((resolve) => this.#socket.once('data', resolve));
    this.#socket.write(creditControlRequest(number));
    expect((await answer).readUInt32BE(12)).toBe(number);
  }

  close(): void {
    this.#socket.destroy();
  }
}
