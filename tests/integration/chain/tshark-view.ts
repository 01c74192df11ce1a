import type { FlowRow } from '../../../app/api/types.ts';
import { tsharkFields } from '../../support/tshark.ts';

/** What is compared of one call, and when it began (milliseconds). */
export interface Listed {
  readonly time: number;
  readonly text: string;
}

const FIELDS = [
  ...['frame.interface_name', 'tcp.stream', 'frame.time_epoch'],
  ...['http.request.method', 'http.request.uri', 'http.response.code'],
  ...['http2.headers.method', 'http2.headers.path', 'http2.headers.status', 'http2.header.name', 'http2.header.value'],
  ...['diameter.cmd.code', 'diameter.flags.request', 'diameter.Session-Id'],
  ...['diameter.Result-Code', 'diameter.Experimental-Result-Code'],
] as const;

/** Where HTTP/2 and Diameter are spoken: tshark has to be told. */
export interface SpokenPorts {
  readonly http2: readonly number[];
  readonly diameter: readonly number[];
}

interface Draft {
  time: number;
  request: string;
  answer: string;
}

/**
 * The calls in a session file as tshark sees them, those of one sidecar, in order of their beginning. Each call is a TCP conversation
 * of its own there.
 */
export function tsharkCalls(file: string, interfaceName: string, ports: SpokenPorts): Listed[] {
  const decodeAs = [
    ...ports.http2.flatMap((port) => ['-d', `tcp.port==${port},http2`]),
    ...ports.diameter.flatMap((port) => ['-d', `tcp.port==${port},diameter`]),
  ];
  // Fields that occur several times in a packet are kept apart by a character that no value has.
  const options = [...decodeAs, '-E', 'aggregator=|', '-E', 'occurrence=a'];
  // Every packet counts, as a message is shown at its last, but begins with its first.
  const filter = `frame.interface_name == "${interfaceName}" && tcp.len > 0`;
  const drafts = new Map<string, Draft>();
  for (const row of tsharkFields(file, FIELDS, filter, options)) {
    const value = (name: (typeof FIELDS)[number]) => row[FIELDS.indexOf(name)] ?? '';
    const stream = value('tcp.stream');
    const time = Number(value('frame.time_epoch')) * 1000;
    const draft = drafts.get(stream) ?? { time, request: '', answer: '' };
    drafts.set(stream, draft);
    draft.time = Math.min(draft.time, time);
    draft.request ||= requestOf(value);
    draft.answer = answerOf(value) || draft.answer;
  }
  return inOrder([...drafts.values()].map(({ time, request, answer }) => ({ time, text: `${request} → ${answer}` })));
}

type Value = (name: (typeof FIELDS)[number]) => string;

function requestOf(value: Value): string {
  if (value('http.request.method')) return `${value('http.request.method')} ${value('http.request.uri')}`;
  if (value('http2.headers.method')) return `${value('http2.headers.method')} ${value('http2.headers.path')}`;
  if (/^(1|True)/.test(value('diameter.flags.request')))
    return `${value('diameter.cmd.code').split('|')[0]} ${value('diameter.Session-Id')}`;
  return '';
}

/** Status; of gRPC the status in the last block of fields. */
function answerOf(value: Value): string {
  const names = value('http2.header.name').split('|');
  const grpc = names.indexOf('grpc-status');
  if (grpc >= 0) return `grpc ${value('http2.header.value').split('|')[grpc]}`;
  if (value('http.response.code')) return value('http.response.code');
  if (value('http2.headers.status')) return value('http2.headers.status');
  return value('diameter.Result-Code') || value('diameter.Experimental-Result-Code');
}

/** The same of the list on the screen. */
export function listedCalls(rows: readonly FlowRow[]): Listed[] {
  return inOrder(
    rows.map((row) => {
      const status = row.status?.kind === 'grpc' ? `grpc ${row.status.code}` : String(row.status?.code);
      const request =
        row.protocol === 'Diameter'
          ? `${row.diameter?.commandCode} ${row.sessionId}`
          : row.protocol === 'gRPC'
            ? `POST /${row.target}`
            : `${row.method} ${row.target}`;
      return { time: row.time, text: `${request} → ${status}` };
    }),
  );
}

/** Calls that began in the same microsecond have no order. */
function inOrder(calls: readonly Listed[]): Listed[] {
  return calls.toSorted((a, b) => a.time - b.time || (a.text < b.text ? -1 : 1));
}
