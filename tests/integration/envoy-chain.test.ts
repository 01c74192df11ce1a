import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FlowRow } from '../../app/api/types.ts';
import { Chain } from '../support/chain.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { ENVOY_VERSIONS, envoyBinary } from '../support/envoy.ts';
import type { Peer } from '../support/envoy-peers.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';
import type { CancelledCallSeen, DiameterExchangeSeen, GrpcCallSeen, HttpCallSeen } from './chain/calls.ts';
import { Screen, type Told, toldByDiameterClient, toldByGrpcClient, toldByHttpClient } from './chain/comparison.ts';
import { runCurl } from './chain/curl-client.ts';
import { startHttp1Application, startHttp2Application } from './chain/http-application.ts';
import { pythonPackagesAreThere, runPythonClient, startPythonServer } from './chain/programs.ts';
import { type Listed, listedCalls, tsharkCalls } from './chain/tshark-view.ts';

/** Calls over each of HTTP/1.1, HTTP/2 and gRPC; a quarter of it Credit-Control requests. */
const COUNTS: Readonly<Record<string, number>> = { '1.40.0': 2000, '1.36.2': 400 };

for (const version of ENVOY_VERSIONS) {
  const missing = [
    ...(envoyBinary(version) === null ? ['Envoy'] : []),
    ...(pythonPackagesAreThere ? [] : ["Python's peers"]),
  ].join(' and ');
  const title = `calls through two sidecars with Envoy ${version}`;
  describe.skipIf(missing !== '')(missing === '' ? title : `${title} (${missing} not in .parts: npm run parts)`, () => {
    let peers: { http: Peer; http2: Peer; grpc: Peer; diameter: Peer };
    let chain: Chain;
    let told: Told[];
    let rows: FlowRow[];

    beforeAll(async () => {
      peers = {
        http: await startHttp1Application(),
        http2: await startHttp2Application(),
        grpc: await startPythonServer('grpc_server.py'),
        diameter: await startPythonServer('diameter_server.py'),
      };
      const { http, http2, grpc, diameter } = peers;
      chain = await Chain.start({
        version,
        http: { http: http.port, http2: http2.port, grpc: grpc.port },
        tcp: diameter.port,
      });
      told = await makeCalls(chain, COUNTS[version]!);
      rows = await chain.rowsWhenFinished(told.length);
      // The session file is brought up to date each second.
      await new Promise((resolve) => setTimeout(resolve, 1500));
    });

    afterAll(async () => {
      await chain?.[Symbol.asyncDispose]();
      for (const peer of Object.values(peers ?? {})) await peer[Symbol.asyncDispose]();
    });

    it('shows each call once, joined from both sides, with nothing lost', async () => {
      expect(rows).toHaveLength(told.length);
      expect(rows.filter((row) => row.vantage !== 'both' || row.state !== 'complete' || row.severity !== null)).toEqual(
        [],
      );
      expect(rows.filter((row) => row.cut || row.lossy)).toEqual([]);
      const party = (name: string) => ({ namespace: 'shop', pod: `${name}-1`, service: name, workload: name });
      for (const row of rows.filter(({ method }) => method !== 'RAR'))
        expect(row).toMatchObject({ source: party('frontend'), destination: party('cart') });
      expect(await chain.card()).toMatchObject({ state: 'capturing', pods: 2, lost: 0, losses: [] });
    });

    it('shows headers, bodies, trailers and statuses as the clients saw them', async () => {
      const screen = new Screen(chain.engine);
      const expected = new Map(told.map(({ call, text }) => [call, text]));
      expect(expected.size).toBe(told.length);
      const details = await chain.engine.details(rows);
      for (const [index, row] of rows.entries()) {
        const { call, text } = await screen.tell(row, details[index]!);
        expect(text, call).toBe(expected.get(call));
        expected.delete(call);
      }
      expect(expected.size).toBe(0);
    });

    it.skipIf(!tsharkIsInstalled)('gives tshark the same calls in the same order', async () => {
      const { path } = await chain.engine.handlers['session.info']({});
      const seen = tsharkCalls(path, 'shop/frontend-1', {
        http2: [chain.consumer.ports.http2!, chain.consumer.ports.grpc!],
        diameter: [chain.consumer.ports.tcp!],
      });
      const shown = listedCalls(rows);
      expect(seen).toHaveLength(shown.length);
      // The server's requests begin at the other sidecar, so that their times here are not those of the list.
      const isReAuth = ({ text }: Listed) => text.startsWith('258 ');
      const texts = (calls: readonly Listed[]) => calls.map(({ text }) => text);
      expect(texts(seen.filter((call) => !isReAuth(call)))).toEqual(texts(shown.filter((call) => !isReAuth(call))));
      expect(texts(seen.filter(isReAuth)).sort()).toEqual(texts(shown.filter(isReAuth)).sort());
    });

    it('gives the same flows when its session is opened again', async () => {
      const { path } = await chain.engine.handlers['session.info']({});
      const engine = startTestEngine();
      try {
        await openIn(engine, path);
        const again = await engine.rows();
        expect(again).toEqual(rows);
        expect(await engine.details(again)).toEqual(await chain.engine.details(rows));
        expect((await engine.handlers['session.info']({})).problems).toEqual([]);
      } finally {
        await engine.dispose();
      }
    });

    it('shows gRPC calls that the client cancelled as that, and as no error of the server', async () => {
      const seen = await runPythonClient<CancelledCallSeen>('grpc_cancel_client.py', [chain.consumer.ports.grpc!, 9]);
      expect(seen.map(({ code }) => code)).toEqual(seen.map(() => 'CANCELLED'));
      const all = await chain.rowsWhenFinished(told.length + seen.length);
      const cancelled = all.slice(told.length);
      expect(cancelled.map(({ target, messageCount }) => [target, messageCount[1]])).toEqual(
        seen.map(({ target, received }) => [target, received]),
      );
      for (const [index, row] of cancelled.entries()) {
        expect(row).toMatchObject({
          protocol: 'gRPC',
          vantage: 'both',
          state: 'reset',
          status: { kind: 'grpc', code: 1, text: 'CANCELLED', error: false },
          severity: 'note',
        });
        const { notes, problems, request } = (await chain.engine.details([row]))[0]!;
        expect(notes).toContain('The caller cancelled the call before it was finished.');
        expect(problems.map(({ text }) => text)).toContain('The client reset the stream: CANCEL.');
        expect(request).toMatchObject({
          headers: expect.arrayContaining([{ name: 'x-call', value: seen[index]!.call }]),
        });
      }
    });

    it.skipIf(!tsharkIsInstalled)('gives tshark the reset of a cancelled call as the client sent it', async () => {
      await new Promise((resolve) => setTimeout(resolve, 1500));
      const { path } = await chain.engine.handlers['session.info']({});
      const port = String(chain.consumer.ports.grpc!);
      const resets = tsharkFields(
        path,
        ['tcp.dstport', 'http2.rst_stream.error'],
        'http2.type == 3 && frame.interface_name == "shop/frontend-1"',
        ['-d', `tcp.port==${port},http2`],
      );
      expect(resets).toEqual(Array.from({ length: 9 }, () => [port, '8']));
    });
  });
}

/** All clients side by side; what they saw. */
async function makeCalls({ consumer: { ports } }: Chain, count: number): Promise<Told[]> {
  const half = count / 2;
  const [http, grpc, diameter] = await Promise.all([
    Promise.all([
      runPythonClient<HttpCallSeen>('http1_client.py', [ports.http!, half, 4]),
      runCurl('curl', ports.http!, half, '--http1.1'),
      runPythonClient<HttpCallSeen>('http2_client.py', [ports.http2!, half, 16]),
      runCurl('curl2', ports.http2!, half, '--http2-prior-knowledge'),
    ]),
    runPythonClient<GrpcCallSeen>('grpc_client.py', [ports.grpc!, count, 8]),
    runPythonClient<DiameterExchangeSeen>('diameter_client.py', [ports.tcp!, count / 4, 5]),
  ]);
  const all = [
    ...http.flat().map(toldByHttpClient),
    ...grpc.map(toldByGrpcClient),
    ...diameter.map(toldByDiameterClient),
  ];
  expect(all.length).toBeGreaterThanOrEqual(3.25 * count);
  return all;
}

async function openIn(engine: TestEngine, path: string): Promise<void> {
  let reading = (await engine.handlers['session.open']({ path })).reading;
  while (reading !== null) {
    await new Promise((resolve) => setTimeout(resolve, 50));
    ({ reading } = await engine.handlers['session.info']({}));
  }
}
