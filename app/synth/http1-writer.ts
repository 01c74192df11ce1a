import type { ByteBuilder } from '../bytes/byte-builder.ts';
import {
  directionOf,
  type Following,
  type HeadersEvent,
  type MessageWriter,
  type WireOutput,
} from './message-writer.ts';
import { reasonPhrase } from './reason-phrase.ts';

/**
 * How the end of a body is found (RFC 9112 section 6.3): there is none, by its length, in chunks, by the connection's
 * end, or never, because the connection is a tunnel now.
 */
type Framing = 'none' | 'length' | 'chunked' | 'close' | 'tunnel';

/**
 * A body of up to this many bytes is expected to come whole, so its headers wait for it as on any wire. The headers of a
 * longer one, and of one of unknown length, are sent to be read at once: should the body be cut, stay open or break off,
 * Wireshark would otherwise wait for it for ever and show neither method nor status.
 */
const AWAITED_BODY = 32_768;
const CRLF = Uint8Array.of(13, 10);
const LAST_CHUNK = Uint8Array.of(0x30, 13, 10, 13, 10);

/** Writes HTTP/1.0 and HTTP/1.1 out of Envoy's header maps. Field names stay lower case, as Envoy holds them. */
export function createHttp1Writer(version: '1.0' | '1.1', out: WireOutput, scratch: ByteBuilder): MessageWriter {
  const framing: [Framing, Framing] = ['none', 'none'];
  const finished: [boolean, boolean] = [false, false];
  let method = '';

  function headers(event: HeadersEvent, following: Following): void {
    const direction = directionOf(event.side);
    scratch.length = 0;
    const status = direction === 0 ? startRequest(event) : startAnswer(event);
    const body = framingOf(event, status, following);
    framing[direction] = body;
    if (status === 101 || (direction === 1 && body === 'tunnel')) framing[0] = 'tunnel';
    fields(event, body, following);
    scratch.append(CRLF);
    const bytes = scratch.built();
    if (mustBeReadAtOnce(event, body, following)) out.sendTruncated(direction, bytes, event.time);
    else out.send(direction, bytes, event.time);
  }

  function startRequest(event: HeadersEvent): number {
    method = pseudo(event, ':method') || 'GET';
    const authority = pseudo(event, ':authority');
    const target = method === 'CONNECT' ? authority : pseudo(event, ':path') || '*';
    scratch.text(`${method} ${target} HTTP/${version}\r\n`);
    if (authority !== '') scratch.text(`host: ${authority}\r\n`);
    return 0;
  }

  function startAnswer(event: HeadersEvent): number {
    const status = Number.parseInt(pseudo(event, ':status'), 10) || 0;
    scratch.text(`HTTP/${version} ${String(status).padStart(3, '0')} ${reasonPhrase(status)}\r\n`);
    return status;
  }

  function framingOf(event: HeadersEvent, status: number, following: Following): Framing {
    if (event.side === 'answer') {
      if (status === 101 || (method === 'CONNECT' && status >= 200 && status < 300)) return 'tunnel';
      if (status < 200 || status === 204 || status === 304 || method === 'HEAD') return 'none';
    }
    if (/\bchunked\b/i.test(field(event, 'transfer-encoding'))) return 'chunked';
    if (field(event, 'content-length') !== '') return 'length';
    if (following.next?.kind === 'end' || method === 'CONNECT') return 'none';
    if (event.side === 'request' && field(event, 'upgrade') !== '') return 'none';
    return version === '1.1' ? 'chunked' : event.side === 'answer' ? 'close' : 'none';
  }

  function fields(event: HeadersEvent, body: Framing, following: Following): void {
    for (const [name, value] of event.headers) {
      if (name.charCodeAt(0) === 0x3a || (name === 'host' && event.side === 'request')) continue;
      scratch.text(name);
      scratch.text(': ');
      scratch.text(value);
      scratch.append(CRLF);
    }
    // Envoy takes the framing's own fields out of its maps, or the other side spoke HTTP/2: say what the bytes are.
    if (body === 'chunked' && field(event, 'transfer-encoding') === '') scratch.text('transfer-encoding: chunked\r\n');
    if (body === 'none' && event.side === 'answer' && mayHaveBody(event) && following.next?.kind === 'end') {
      if (field(event, 'content-length') === '') scratch.text('content-length: 0\r\n');
    }
  }

  function mayHaveBody(event: HeadersEvent): boolean {
    const status = Number.parseInt(pseudo(event, ':status'), 10) || 0;
    return method !== 'HEAD' && status >= 200 && status !== 204 && status !== 304;
  }

  function mustBeReadAtOnce(event: HeadersEvent, body: Framing, following: Following): boolean {
    if (following.whole) return false;
    if (body === 'length') {
      const length = Number(field(event, 'content-length'));
      return length > AWAITED_BODY || (length > 0 && following.next?.kind === 'data');
    }
    return body === 'chunked' || body === 'close';
  }

  function trailers(event: HeadersEvent): void {
    const direction = directionOf(event.side);
    if (framing[direction] !== 'chunked') return;
    scratch.length = 0;
    scratch.text('0\r\n');
    for (const [name, value] of event.headers) scratch.text(`${name}: ${value}\r\n`);
    scratch.append(CRLF);
    out.send(direction, scratch.built(), event.time);
    finished[direction] = true;
  }

  return {
    begin() {},
    headers(event, following) {
      if (event.kind === 'trailers') trailers(event);
      else headers(event, following);
    },

    data(event) {
      const direction = directionOf(event.side);
      const { bytes, time } = event;
      if (framing[direction] === 'chunked') {
        // A chunk says its own length: what was cut of it never was on this wire, and only the metadata knows of it.
        if (bytes.length === 0) return;
        scratch.length = 0;
        scratch.text(`${bytes.length.toString(16)}\r\n`);
        scratch.append(bytes);
        scratch.append(CRLF);
        out.send(direction, scratch.built(), time);
        return;
      }
      out.send(direction, bytes, time);
      if (event.length > bytes.length) out.skip(direction, event.length - bytes.length);
    },

    end(side, time) {
      const direction = directionOf(side);
      if (framing[direction] === 'chunked' && !finished[direction]) out.send(direction, LAST_CHUNK, time);
      finished[direction] = true;
    },

    reset() {
      return false;
    },
  };
}

function pseudo(event: HeadersEvent, name: string): string {
  for (const [key, value] of event.headers) if (key === name) return value;
  return '';
}

const field = pseudo;
