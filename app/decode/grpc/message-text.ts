import type { HttpMessage } from '../../model/exchange.ts';
import { type ContentCodings, decodeContent } from '../content/content-codings.ts';
import { prettyJson } from '../content/pretty-json.ts';
import { headerValue } from '../http/exchange.ts';
import { textOf } from '../http/text.ts';
import { MAX_PAYLOAD, MAX_TEXT, type MessageSpan, type MessageTextReader } from '../messages/message-span.ts';
import { protobufJsonText } from '../protobuf/json-text.ts';
import { rawProtobufText } from '../protobuf/raw-text.ts';
import type { ProtobufSchema } from '../protobuf/schema.ts';

export interface GrpcTextSource {
  readonly request: HttpMessage | null;
  readonly answer: HttpMessage | null;
  readonly codings: ContentCodings;
  readonly schema: ProtobufSchema | null;
}

/** How the messages of one side are written. */
interface SideFormat {
  /** grpc-encoding: what messages with the compressed flag are compressed with. */
  readonly encoding: string;
  readonly isJson: boolean;
  /** Full name of the message type, or '' when it is not known. */
  readonly type: string;
}

/** Whether the messages are protobuf and their types are not known. */
export function isUntyped({ request, answer, schema }: GrpcTextSource): boolean {
  if (schema?.method(pathOf(request))) return false;
  return [request, answer].every((message) => !formatOf(message, '').isJson);
}

/** Shows gRPC messages: JSON where their type is known or they are JSON, else fields by their wire types. */
export function createGrpcTextReader({ request, answer, codings, schema }: GrpcTextSource): MessageTextReader {
  const method = schema?.method(pathOf(request)) ?? null;
  const formats = {
    request: formatOf(request, method?.request ?? ''),
    answer: formatOf(answer, method?.answer ?? ''),
  };
  return {
    async text(side, span) {
      const format = formats[side];
      const { bytes, stopped } = await plainPayload(span, format.encoding, codings);
      const notes = [stopped, span.complete ? '' : 'Not all bytes of the message are in the capture.'];
      const text =
        span.type === 'trailers' ? textOf(bytes, 0, bytes.length).trim() : payloadText(bytes, format, schema);
      return withNotes(text, notes);
    },
    // Each message is compressed by itself.
    async pass() {},
  };
}

function formatOf(message: HttpMessage | null, type: string): SideFormat {
  if (message === null) return { encoding: '', isJson: false, type };
  return {
    encoding: headerValue(message.headers, 'grpc-encoding').trim().toLowerCase(),
    isJson: /^application\/grpc(-web(-text)?)?\+json\b/i.test(headerValue(message.headers, 'content-type')),
    type,
  };
}

/** Path of the call, `/package.Service/Method`. */
function pathOf(request: HttpMessage | null): string {
  return request?.target.split('?', 1)[0] ?? '';
}

async function plainPayload(span: MessageSpan, encoding: string, codings: ContentCodings) {
  const bytes = span.payload(MAX_PAYLOAD);
  if (span.compressed) {
    // Without the header section the flag alone is known; gzip is what nearly all of them use, and it is recognised.
    const coding = encoding === '' && bytes[0] === 0x1f && bytes[1] === 0x8b ? 'gzip' : encoding;
    if (coding === '' || coding === 'identity')
      return { bytes, stopped: 'The message is compressed, but no header says how.' };
    return decodeContent(bytes, coding, codings, MAX_PAYLOAD);
  }
  const isCut = bytes.length === MAX_PAYLOAD && span.length > MAX_PAYLOAD;
  return { bytes, stopped: isCut ? `Only the first MiB of ${span.length} bytes is shown.` : '' };
}

function payloadText(bytes: Uint8Array, { isJson, type }: SideFormat, schema: ProtobufSchema | null): string {
  if (isJson) return prettyJson(textOf(bytes, 0, bytes.length), MAX_TEXT);
  if (type !== '' && schema !== null) return protobufJsonText(bytes, type, schema, MAX_TEXT).text;
  return rawProtobufText(bytes, MAX_TEXT).text;
}

function withNotes(text: string, notes: readonly string[]): string {
  return [text, ...notes.filter((note) => note !== '').map((note) => `# ${note}`)]
    .filter((part) => part !== '')
    .join('\n');
}
