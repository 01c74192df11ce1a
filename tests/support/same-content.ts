import type { FlowDetail } from '../../app/api/types.ts';
import type { TestEngine } from './engine.ts';
import { type BsonCapture, readByPymongo } from './pymongo.ts';
import { tsharkBodies, tsharkFields } from './tshark.ts';

/** What a reader makes of one call over HTTP; bodies in hexadecimal, without their chunks. */
export interface HttpContent {
  readonly method: string;
  readonly target: string;
  readonly status: string;
  readonly request: string;
  readonly answer: string;
}

/** What a reader makes of a Diameter request and its answer: both whole messages in hexadecimal. */
export interface DiameterContent {
  readonly request: string;
  readonly answer: string;
}

const sides = ['request', 'answer'] as const;
type Side = (typeof sides)[number];

export async function httpAsShown(engine: TestEngine, { row }: FlowDetail): Promise<HttpContent> {
  return {
    method: row.method,
    target: row.target,
    status: String(row.status?.code),
    ...(await bodiesAsShown(engine, row.id)),
  };
}

export function diameterAsShown(engine: TestEngine, { row }: FlowDetail): Promise<DiameterContent> {
  return bodiesAsShown(engine, row.id);
}

async function bodiesAsShown(engine: TestEngine, id: number): Promise<Record<Side, string>> {
  const [request, answer] = await Promise.all(
    sides.map(async (side) => {
      const slice = await engine.handlers['flows.body']({ id, side, form: 'raw', offset: 0, limit: 1 << 20 });
      return Buffer.from(slice.bytes, 'base64').toString('hex');
    }),
  );
  return { request: request!, answer: answer! };
}

/** Of a `.bson` file with one capture in it. */
export function httpByPymongo(file: string): HttpContent {
  const documents = readByPymongo(file);
  const field = (side: Side, name: string) => {
    const [flat = []] = eventsOf(documents, 'headers', side).map(({ headers }) => headers ?? []);
    return flat[flat.indexOf(name) + 1] ?? '';
  };
  return {
    method: field('request', ':method'),
    target: field('request', ':path'),
    status: field('answer', ':status'),
    ...bytesByPymongo(documents, 'data'),
  };
}

export function diameterByPymongo(file: string): DiameterContent {
  return bytesByPymongo(readByPymongo(file), 'message');
}

function eventsOf(documents: readonly BsonCapture[], kind: string, side: Side): BsonCapture['events'] {
  return documents.flatMap(({ events }) => events).filter((event) => event.kind === kind && event.side === side);
}

function bytesByPymongo(documents: readonly BsonCapture[], kind: string): Record<Side, string> {
  const of = (side: Side) =>
    Buffer.concat(eventsOf(documents, kind, side).map(({ bytes }) => Buffer.from(bytes ?? '', 'base64')));
  return { request: of('request').toString('hex'), answer: of('answer').toString('hex') };
}

/** Of a `.pcap` file with one capture in it. */
export function httpByTshark(file: string): HttpContent {
  const fields = ['http.request.method', 'http.request.uri', 'http.response.code'];
  const [[method = '', target = ''] = [], [, , status = ''] = []] = tsharkFields(file, fields, 'http');
  const [request = '', answer = ''] = tsharkBodies(file);
  return { method, target, status, request, answer };
}

export function diameterByTshark(file: string): DiameterContent {
  const [[request = ''] = [], [answer = ''] = []] = tsharkFields(file, ['tcp.payload'], 'diameter');
  return { request, answer };
}
