import type { FlowDetail, FlowRow, HttpDetail } from '../../../app/api/types.ts';
import { credentialFields } from '../../../app/capture/credential-fields.ts';
import type { TestEngine } from '../../support/engine.ts';
import type { DiameterExchangeSeen, GrpcCallSeen, HeaderPair, HttpCallSeen } from './calls.ts';

/** Sidecars change fields that belong to one connection, and add some of their own. RFC 9110 section 7.6.1. */
const OF_THE_CONNECTION = new Set(['connection', 'keep-alive', 'transfer-encoding', 'te', 'host', ':authority']);
const OF_ENVOY = /^x-envoy-|^x-forwarded-proto$|^x-request-id$|^server$|^date$/;
/** Of the clients' libraries. */
const OF_CLIENTS = new Set(['user-agent', 'accept', 'accept-encoding', 'grpc-accept-encoding', 'content-length']);
const REDACTED = '[redacted]';

/** A call as client and screen have it, in the same words, to be compared by equality. */
export interface Told {
  readonly call: string;
  readonly text: string;
}

/** Fields in one order, without those that are not the application's. */
function fields(headers: readonly HeaderPair[]): string {
  return headers
    .map(
      ([name, value]) =>
        [name.toLowerCase(), credentialFields.includes(name.toLowerCase()) ? REDACTED : value] as const,
    )
    .filter(
      ([name]) =>
        !name.startsWith(':') && !OF_THE_CONNECTION.has(name) && !OF_ENVOY.test(name) && !OF_CLIENTS.has(name),
    )
    .map(([name, value]) => `${name}: ${value}`)
    .sort()
    .join('\n');
}

function pairs(message: HttpDetail, part: 'headers' | 'trailers'): HeaderPair[] {
  return message[part].map(({ name, value }) => [name, value]);
}

interface HttpTold {
  readonly call: string;
  readonly method: string;
  readonly target: string;
  readonly status: number;
  readonly request: {
    readonly headers: readonly HeaderPair[];
    readonly trailers: readonly HeaderPair[];
    readonly body: string;
  };
  readonly answer: {
    readonly headers: readonly HeaderPair[];
    readonly trailers: readonly HeaderPair[];
    readonly body: string;
  };
}

function tellHttp({ call, method, target, status, request, answer }: HttpTold): Told {
  const side = (message: HttpTold['request']) =>
    `${fields(message.headers)}\n\n${message.body}\n\n${fields(message.trailers)}`;
  return { call, text: `${method} ${target}\n${side(request)}\n-- ${status}\n${side(answer)}` };
}

/** What an HTTP client saw. */
export function toldByHttpClient(seen: HttpCallSeen): Told {
  return tellHttp({ ...seen, status: seen.answer.status, request: seen, answer: seen.answer });
}

/** gRPC over HTTP/2: length-prefixed messages, the outcome in the trailers. */
export function toldByGrpcClient(seen: GrpcCallSeen): Told {
  return {
    call: seen.call,
    text: [
      `${seen.target} ${seen.code}`,
      ...[seen.metadata, seen.initial, seen.trailing].map((metadata) => fields(metadata)),
      `sent ${seen.sent.length}: ${framed(seen.sent)}`,
      `received ${seen.received.length}: ${framed(seen.received)}`,
    ].join('\n'),
  };
}

/** Messages (base64) as they go over the wire, base64. https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md */
function framed(messages: readonly string[]): string {
  return Buffer.concat(
    messages.flatMap((text) => {
      const message = Buffer.from(text, 'base64');
      const prefix = Buffer.alloc(5);
      prefix.writeUInt32BE(message.length, 1);
      return [prefix, message];
    }),
  ).toString('base64');
}

/** Both messages whole, and what the list shows of them. */
export function toldByDiameterClient(seen: DiameterExchangeSeen): Told {
  const { command, hopByHop, endToEnd, session, result } = seen;
  return {
    call: `diameter-${hopByHop}`,
    text: [command, hopByHop, endToEnd, session, result, seen.request, seen.answer].join(' '),
  };
}

/** What the screen shows of flows that were seen from both sides. */
export class Screen {
  readonly #engine: TestEngine;

  constructor(engine: TestEngine) {
    this.#engine = engine;
  }

  async tell(row: FlowRow, detail: FlowDetail): Promise<Told> {
    if (row.protocol === 'Diameter') return this.#tellDiameter(row, detail);
    if (detail.request?.kind !== 'http' || detail.answer?.kind !== 'http')
      throw new Error(`half a flow: ${row.target}`);
    const call = detail.request.headers.find(({ name }) => name === 'x-call')?.value ?? '';
    const [sent, received] = await Promise.all([this.#body(row.id, 'request'), this.#body(row.id, 'answer')]);
    if (row.protocol === 'gRPC') return this.#tellGrpc(call, row, detail.request, detail.answer, sent, received);
    return tellHttp({
      call,
      method: row.method,
      target: row.target,
      status: row.status?.code ?? 0,
      request: { headers: pairs(detail.request, 'headers'), trailers: pairs(detail.request, 'trailers'), body: sent },
      answer: { headers: pairs(detail.answer, 'headers'), trailers: pairs(detail.answer, 'trailers'), body: received },
    });
  }

  /** Initial and trailing metadata, as a client's library has them: without gRPC's own fields, `-bin` values in padded base64. */
  #tellGrpc(call: string, row: FlowRow, request: HttpDetail, answer: HttpDetail, sent: string, received: string): Told {
    // Trailers-Only: what is in the only block of fields counts as trailing metadata.
    const initial = answer.trailers.length > 0 ? answer.headers : [];
    const trailing = answer.trailers.length > 0 ? answer.trailers : answer.headers;
    const [sentCount, receivedCount] = row.messageCount;
    return {
      call,
      text: [
        `${row.target} ${row.status?.text}`,
        ...[request.headers, initial, trailing].map((headers) =>
          fields(
            headers
              .filter(({ name }) => !name.startsWith('grpc-') && name !== 'content-type')
              .map(({ name, value }) => [name, name.endsWith('-bin') ? padded(value) : value]),
          ),
        ),
        `sent ${sentCount}: ${sent}`,
        `received ${receivedCount}: ${received}`,
      ].join('\n'),
    };
  }

  async #tellDiameter(row: FlowRow, detail: FlowDetail): Promise<Told> {
    if (detail.request?.kind !== 'diameter') throw new Error(`half a flow: ${row.target}`);
    const { hopByHopId, endToEndId } = detail.request;
    const [request, answer] = await Promise.all([this.#body(row.id, 'request'), this.#body(row.id, 'answer')]);
    const hexadecimal = (text: string) => Buffer.from(text, 'base64').toString('hex');
    const command = row.diameter?.commandCode;
    return {
      call: `diameter-${hopByHopId}`,
      text: [
        ...[command, hopByHopId, endToEndId, row.sessionId, row.status?.code],
        ...[hexadecimal(request), hexadecimal(answer)],
      ].join(' '),
    };
  }

  async #body(id: number, side: 'request' | 'answer'): Promise<string> {
    const parts: Buffer[] = [];
    for (let offset = 0; ; ) {
      const slice = await this.#engine.handlers['flows.body']({ id, side, form: 'raw', offset, limit: 65_536 });
      const bytes = Buffer.from(slice.bytes, 'base64');
      parts.push(bytes);
      offset += bytes.length;
      if (bytes.length === 0 || offset >= slice.total) return Buffer.concat(parts).toString('base64');
    }
  }
}

/** gRPC writes base64 without padding. */
function padded(value: string): string {
  return Buffer.from(value, 'base64').toString('base64');
}
