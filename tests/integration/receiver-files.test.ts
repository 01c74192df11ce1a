import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { FlowDetail } from '../../app/api/types.ts';
import type { FileNameForm } from '../../app/capture/file-names.ts';
import { answerFields, batchOf, CapturedEvents, recordOf, requestFields, testConnection } from '../support/captured.ts';
import { createTestMesh, postBatch, type TestMesh, until } from '../support/cluster.ts';
import { eventually } from '../support/control-plane/program.ts';
import { message } from '../support/diameter.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { type BsonCapture, pymongoIsThere, readByPymongo } from '../support/pymongo.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

const missing = [...(pymongoIsThere ? [] : ['PyMongo']), ...(tsharkIsInstalled ? [] : ['tshark'])].join(', ');
const pod = 'cart-6464c65b66-4c8jl';
const order = { item: 'OLJCESPC7Z', note: 'zwölf ☕', quantity: 12 };
const receipt = 'bytes \u0000\u0001 of an answer';
const http = new CapturedEvents()
  .headers(
    'request',
    requestFields('POST', '/cart?user=7', [
      ['x-request-id', '7b0c-42'],
      ['content-type', 'application/json'],
      ['content-length', String(Buffer.byteLength(JSON.stringify(order)))],
    ]),
  )
  .data('request', JSON.stringify(order))
  .end('request')
  .headers('answer', answerFields(201, [['content-length', String(Buffer.byteLength(receipt))]]))
  .data('answer', receipt)
  .end('answer').events;

const creditControl = { hopByHopId: 1_857_878_061, endToEndId: 1_339_708_294 };
const asked = message({ ...creditControl, flags: 0xc0 }, [
  ['Session-Id', 'client.example;1;2'],
  ['Origin-Host', 'client.example'],
]);
const answered = message({ ...creditControl, flags: 0x40 }, [
  ['Session-Id', 'client.example;1;2'],
  ['Result-Code', 2001],
]);
const diameter = new CapturedEvents(1_675_782_061_986_009_574n)
  .message('request', 'source', asked)
  .message('answer', 'destination', answered).events;

const diameterName = `${pod}-1339708294-1857878061-1675782061987009574`;
const httpNames: Readonly<Record<FileNameForm, string>> = {
  am2: `${pod}-producer-1790000000124456789`,
  am3: `${pod}-producer-7b0c-42-1790000000124456789`,
};

/** What the receiver writes, read by PyMongo, by tshark and by the app. */
describe.skipIf(missing !== '')(`files of the receiver${missing && ` (missing: ${missing})`}`, () => {
  let mesh: TestMesh;
  let engine: TestEngine;

  beforeEach(async () => {
    mesh = await createTestMesh();
    engine = startTestEngine();
  });

  afterEach(async () => {
    await engine.dispose();
    await mesh.close();
  });

  /** Has one exchange of each kind captured; gives the names of the files without extension. */
  async function capture(fileNames: FileNameForm): Promise<readonly string[]> {
    const receiver = await mesh.startReceiver({ fileNames });
    const aggregator = await mesh.startAggregator(receiver.address);
    const destination = { address: '10.42.0.9', port: 3868 };
    const connection = { ...testConnection, protocol: 'diameter', destination } as const;
    const records = [recordOf(1, http), recordOf(2, diameter, { mode: 'diameter', connection })];
    expect(await postBatch(aggregator.address!, batchOf(0, records), mesh.proxy)).toBe(200);
    const names = () => readdirSync(mesh.captures).filter((name) => /\.(bson|pcap)$/.test(name));
    await until(() => names().length === 4, 'the files');
    await receiver.close();
    return [...new Set(names().map((name) => name.replace(/\.(bson|pcap)$/, '')))].sort();
  }

  /** The only flow of a file, as the app shows it. */
  async function shown(file: string): Promise<FlowDetail> {
    await engine.handlers['session.open']({ path: join(mesh.captures, file) });
    await eventually('the file is read', async () => (await engine.handlers['session.info']({})).reading === null);
    const [detail, ...more] = await engine.details(await engine.rows());
    expect(more).toEqual([]);
    return detail!;
  }

  async function body({ row: { id } }: FlowDetail, side: 'request' | 'answer'): Promise<Buffer> {
    const slice = await engine.handlers['flows.body']({ id, side, form: 'raw', offset: 0, limit: 1 << 16 });
    return Buffer.from(slice.bytes, 'base64');
  }

  const events = (documents: readonly BsonCapture[], kind: string, side: string) =>
    documents.flatMap((document) => document.events).filter((event) => event.kind === kind && event.side === side);
  const bytesOf = (found: ReturnType<typeof events>) =>
    Buffer.concat(found.map(({ bytes }) => Buffer.from(bytes ?? '', 'base64')));

  it.each(['am2', 'am3'] as const)('have the same of HTTP for each reader, called as in %s', async (form) => {
    const httpName = httpNames[form];
    expect(await capture(form)).toEqual([diameterName, httpName].sort());

    const documents = readByPymongo(join(mesh.captures, `${httpName}.bson`));
    expect(documents.map(({ type, metadata }) => [type, metadata.role, metadata.pod.pod])).toEqual([
      ['capture', 'producer', pod],
    ]);
    const fields = (side: 'request' | 'answer') => {
      const [flat = []] = events(documents, 'headers', side).map(({ headers }) => headers);
      const pairs = Array.from({ length: flat.length / 2 }, (_, index) => flat.slice(index * 2, index * 2 + 2));
      return pairs.filter(([name = '']) => !name.startsWith(':'));
    };
    expect(bytesOf(events(documents, 'data', 'request')).toString()).toBe(JSON.stringify(order));
    const pcap = join(mesh.captures, `${httpName}.pcap`);
    expect(
      tsharkFields(pcap, ['http.request.method', 'http.request.uri', 'http.response.code', 'ip.src'], 'http'),
    ).toEqual([
      ['POST', '/cart?user=7', '', '10.42.0.7'],
      ['', '', '201', '10.42.0.9'],
    ]);
    const sent = { request: '10.42.0.7', answer: '10.42.0.9' };
    for (const side of ['request', 'answer'] as const) {
      const payload = tsharkFields(pcap, ['tcp.payload'], `tcp.len > 0 && ip.src == ${sent[side]}`).join('');
      expect(payload).toMatch(new RegExp(`0d0a0d0a${bytesOf(events(documents, 'data', side)).toString('hex')}$`));
    }
    for (const extension of ['bson', 'pcap']) {
      const detail = await shown(`${httpName}.${extension}`);
      expect(detail.row).toMatchObject({ method: 'POST', target: '/cart?user=7', status: { code: 201 } });
      for (const side of ['request', 'answer'] as const) {
        const part = detail[side];
        if (part?.kind !== 'http') throw new Error(`no ${side}`);
        const pairs = part.headers.map(({ name, value }) => [name.toLowerCase(), value]);
        for (const pair of fields(side)) expect(pairs).toContainEqual(pair);
        expect(await body(detail, side)).toEqual(bytesOf(events(documents, 'data', side)));
      }
    }
  });

  it('have the same of Diameter for each reader', async () => {
    await capture('am3');
    const documents = readByPymongo(join(mesh.captures, `${diameterName}.bson`));
    const read = { request: asked, answer: answered };
    for (const side of ['request', 'answer'] as const) {
      expect(bytesOf(events(documents, 'message', side))).toEqual(Buffer.from(read[side]));
    }
    const pcap = join(mesh.captures, `${diameterName}.pcap`);
    expect(Buffer.concat(documents.map((document) => Buffer.from(document.pcap, 'base64')))).toEqual(
      readFileSync(pcap),
    );
    const names = [
      'diameter.flags.request',
      'diameter.hopbyhopid',
      'diameter.endtoendid',
      'diameter.Session-Id',
      'tcp.payload',
    ];
    const hex = (number: number) => `0x${number.toString(16).padStart(8, '0')}`;
    const { hopByHopId, endToEndId } = creditControl;
    const ids = [hex(hopByHopId), hex(endToEndId), 'client.example;1;2'];
    expect(tsharkFields(pcap, names, 'diameter')).toEqual([
      ['1', ...ids, Buffer.from(asked).toString('hex')],
      ['0', ...ids, Buffer.from(answered).toString('hex')],
    ]);
    for (const extension of ['bson', 'pcap']) {
      const detail = await shown(`${diameterName}.${extension}`);
      expect(detail.request).toMatchObject({ kind: 'diameter', hopByHopId, endToEndId, length: asked.length });
      expect(detail.answer).toMatchObject({ kind: 'diameter', hopByHopId, endToEndId, length: answered.length });
      for (const side of ['request', 'answer'] as const)
        expect(await body(detail, side)).toEqual(Buffer.from(read[side]));
    }
  });
});
