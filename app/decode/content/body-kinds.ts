import { imageTypeOf } from './image-signature.ts';
import { type MediaType, syntaxOf } from './media-type.ts';
import { looksLikeJson } from './pretty-json.ts';
import type { TextLook } from './text-look.ts';

/** How a body is shown. */
export type KindName = 'json' | 'xml' | 'form' | 'multipart' | 'text' | 'image' | 'protobuf' | 'grpc' | 'hex';

/** What is known of a body when its kind is looked for. */
export interface BodyHint {
  readonly mediaType: MediaType;
  /** First bytes, content coding undone. */
  readonly head: Uint8Array;
  readonly text: TextLook;
}

/** A kind of body and when it applies. */
export interface BodyKind {
  readonly name: KindName;
  /** How well the kind fits, 0 (not at all) to 1; the best one is taken. What the bytes show weighs more than what the field says. */
  priority(hint: BodyHint): number;
}

const FORM = 'application/x-www-form-urlencoded';
const PROTOBUF_SYNTAXES = ['protobuf', 'x-protobuf', 'proto', 'x-google-protobuf', 'vnd.google.protobuf'];
const TEXT_SYNTAXES = [
  'javascript',
  'ecmascript',
  'x-javascript',
  'yaml',
  'x-yaml',
  'toml',
  'graphql',
  'sql',
  'x-sh',
  'csv',
];
const JSON_SYNTAXES = ['json', 'x-json', 'json5', 'ndjson', 'x-ndjson', 'jsonl', 'jsonlines', 'json-seq'];
/** Types that say nothing: senders put them when they know no better. */
const VAGUE_TYPES = ['', 'text/plain', 'application/octet-stream', 'binary/octet-stream', FORM];

/** First character of the text that is no white space; '' where there is no text. */
function firstCharacter({ head, text }: BodyHint): string {
  if (!text.isText) return '';
  for (let at = text.start; at < head.length; at++) {
    const octet = head[at]!;
    // Zeros are halves of UTF-16 characters; 0x1e begins a JSON text sequence (RFC 7464).
    if (octet > 0x20) return String.fromCharCode(octet);
  }
  return '';
}

function isVague(hint: BodyHint): boolean {
  return VAGUE_TYPES.includes(hint.mediaType.name);
}

/** All kinds. Adding one is one entry here. */
export const bodyKinds: readonly BodyKind[] = [
  {
    name: 'grpc',
    priority: ({ mediaType }) => (mediaType.name.startsWith('application/grpc') ? 1 : 0),
  },
  {
    name: 'image',
    priority(hint) {
      if (imageTypeOf(hint.head) !== '') return 0.95;
      return hint.mediaType.name.startsWith('image/') && !hint.text.isText ? 0.5 : 0;
    },
  },
  {
    name: 'protobuf',
    priority: ({ mediaType }) => (PROTOBUF_SYNTAXES.includes(syntaxOf(mediaType.name)) ? 0.9 : 0),
  },
  {
    name: 'json',
    priority(hint) {
      const first = firstCharacter(hint);
      if (JSON_SYNTAXES.includes(syntaxOf(hint.mediaType.name))) return /^["[{\-0-9tfn]/.test(first) ? 0.9 : 0;
      return (first === '{' || first === '[') && isVague(hint) && looksLikeJson(asciiOf(hint)) ? 0.7 : 0;
    },
  },
  {
    name: 'xml',
    priority(hint) {
      if (firstCharacter(hint) !== '<') return 0;
      if (syntaxOf(hint.mediaType.name) === 'xml') return 0.9;
      return isVague(hint) &&
        /^\s*<(\?xml|[\w:.-]+[\s/>])/.test(asciiOf(hint)) &&
        !/^\s*<(!doctype\s+)?html/i.test(asciiOf(hint))
        ? 0.6
        : 0;
    },
  },
  {
    name: 'form',
    priority: (hint) => (hint.mediaType.name === FORM && hint.text.isText ? 0.65 : 0),
  },
  {
    name: 'multipart',
    priority: ({ mediaType }) =>
      mediaType.name.startsWith('multipart/') && mediaType.parameters.has('boundary') ? 0.9 : 0,
  },
  {
    name: 'text',
    priority(hint) {
      if (!hint.text.isText) return 0;
      const { name } = hint.mediaType;
      return name.startsWith('text/') || TEXT_SYNTAXES.includes(syntaxOf(name)) ? 0.5 : 0.3;
    },
  },
  { name: 'hex', priority: () => 0.1 },
];

/** The beginning as ASCII, for patterns; other octets come out as some character. */
function asciiOf({ head, text }: BodyHint): string {
  return String.fromCharCode(...head.subarray(text.start, text.start + 256)).replaceAll('\0', '');
}
