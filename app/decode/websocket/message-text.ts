import { u16be } from '../../bytes/integers.ts';
import type { HttpMessage } from '../../model/exchange.ts';
import { type ContentCodings, stoppedText } from '../content/content-codings.ts';
import { hexDump } from '../content/hex-dump.ts';
import { looksLikeJson, prettyJson } from '../content/pretty-json.ts';
import { MAX_PAYLOAD, MAX_TEXT, type MessageSpan, type MessageTextReader } from '../messages/message-span.ts';
import { deflateParameters, MessageInflater } from './permessage-deflate.ts';

export interface WebSocketTextSource {
  readonly answer: HttpMessage | null;
  readonly codings: ContentCodings;
}

/** Status codes of close frames. RFC 6455 section 7.4.1 and its IANA registry. */
const CLOSE_CODES: ReadonlyMap<number, string> = new Map([
  [1000, 'Normal Closure'],
  [1001, 'Going Away'],
  [1002, 'Protocol Error'],
  [1003, 'Unsupported Data'],
  [1007, 'Invalid Payload Data'],
  [1008, 'Policy Violation'],
  [1009, 'Message Too Big'],
  [1010, 'Mandatory Extension'],
  [1011, 'Internal Error'],
  [1012, 'Service Restart'],
  [1013, 'Try Again Later'],
  [1014, 'Bad Gateway'],
]);

const NOT_FOLLOWED = '# Compressed together with earlier messages that are missing, broken or too long.';

/** Shows WebSocket messages: text as text, JSON laid out, close frames by code and reason, the rest in hexadecimal. */
export function createWebSocketTextReader({ answer, codings }: WebSocketTextSource): MessageTextReader {
  const { agreed, noContextTakeover } = deflateParameters(answer);
  const inflaters = {
    request: new MessageInflater(codings, noContextTakeover.request),
    answer: new MessageInflater(codings, noContextTakeover.answer),
  };
  return {
    async text(side, span) {
      if (!span.compressed || !agreed) return payloadText(span.type, span.payload(MAX_PAYLOAD));
      const inflated = await inflaters[side].inflate(span, MAX_PAYLOAD);
      if (inflated === null) return NOT_FOLLOWED;
      const text = payloadText(span.type, inflated.bytes);
      const stopped = stoppedText('permessage-deflate', inflated, MAX_PAYLOAD);
      return stopped === '' ? text : `${text}\n# ${stopped}`;
    },
    async pass(side, span: MessageSpan) {
      if (span.compressed && agreed) await inflaters[side].pass(span);
    },
  };
}

function payloadText(type: string, payload: Uint8Array): string {
  if (type === 'text') {
    const text = utf8(payload);
    return looksLikeJson(text) ? prettyJson(text, MAX_TEXT) : text.slice(0, MAX_TEXT);
  }
  if (type === 'close') return closeText(payload);
  return hexDump(payload, MAX_TEXT);
}

function closeText(payload: Uint8Array): string {
  if (payload.length < 2) return '';
  const code = u16be(payload, 0);
  const name = CLOSE_CODES.get(code);
  const reason = utf8(payload.subarray(2));
  return `${code}${name === undefined ? '' : ` ${name}`}${reason === '' ? '' : `: ${reason}`}`;
}

function utf8(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
