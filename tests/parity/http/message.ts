import { isUtf8 } from 'node:buffer';
import { createHash } from 'node:crypto';

/** What both decoders have to say alike of one request or answer. */
export interface SeenMessage {
  /** `tcp.stream`, HTTP/2 stream or 0, and which of the two messages it is. */
  readonly stream: number;
  readonly streamId: number;
  readonly side: 'request' | 'answer';
  /** Method and target, or the status. */
  readonly start: string;
  readonly host: string;
  /** `name: value` in the order of the wire. */
  readonly headers: readonly string[];
  readonly trailers: readonly string[];
  /** Statuses of the interim answers before it. */
  readonly interim: readonly number[];
  readonly bodyLength: number;
  readonly bodyHash: string;
  /** gRPC and WebSocket messages in the body. */
  readonly messages: number;
  /** Microseconds since the epoch of the packet in which it was complete. */
  readonly time: bigint;
  /** Answers of HTTP/1: the time of the request that it answers; 0 when there is none. */
  readonly requestTime: bigint;
}

/** Stands for a name or a value that needs an HPACK table entry from before the capture. */
export const UNKNOWN = '?';

/** Octets as text: UTF-8 where they are that, else ISO 8859-1. */
export function octetText(octets: Buffer): string {
  return isUtf8(octets) ? octets.toString('utf8') : octets.toString('latin1');
}

/** Of nothing, '-', so that a message without a body needs no hash. */
export function hashOf(body: Uint8Array): string {
  return body.length === 0 ? '-' : createHash('sha256').update(body).digest('hex').slice(0, 16);
}

/** Where two readings of one capture differ, one line each: `stream/id side field: ours | theirs`. */
export function differences(ours: readonly SeenMessage[], theirs: readonly SeenMessage[]): string[] {
  const found: string[] = [];
  const mine = group(ours);
  const others = group(theirs);
  for (const place of new Set([...mine.keys(), ...others.keys()])) {
    const left = mine.get(place) ?? [];
    const right = others.get(place) ?? [];
    if (left.length !== right.length) {
      const starts = (messages: readonly SeenMessage[]) =>
        messages.map((message) => message.start).join(', ') || 'none';
      found.push(`${place} messages: ${starts(left)} | ${starts(right)}`);
      continue;
    }
    for (const [at, message] of left.entries()) found.push(...compare(`${place}[${at}]`, message, right[at]!));
  }
  return found;
}

function group(messages: readonly SeenMessage[]): Map<string, SeenMessage[]> {
  const groups = new Map<string, SeenMessage[]>();
  for (const message of messages) {
    const place = `${message.stream}/${message.streamId} ${message.side}`;
    const list = groups.get(place);
    if (list === undefined) groups.set(place, [message]);
    else list.push(message);
  }
  return groups;
}

const FIELDS = [
  'start',
  'host',
  'headers',
  'trailers',
  'interim',
  'bodyLength',
  'bodyHash',
  'messages',
  'time',
  'requestTime',
] as const;

function compare(place: string, ours: SeenMessage, theirs: SeenMessage): string[] {
  return FIELDS.flatMap((field) => {
    const left = textOf(ours[field]);
    const right = textOf(theirs[field]);
    return left === right ? [] : [`${place} ${field}: ${left} | ${right}`];
  });
}

function textOf(value: SeenMessage[(typeof FIELDS)[number]]): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value);
}
