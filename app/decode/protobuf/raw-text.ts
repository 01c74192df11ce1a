import type { Problem } from '../../model/problem.ts';
import { type Guess, guessField } from './guess.ts';
import { annotation } from './number-notes.ts';
import { TextWriter } from './text-writer.ts';
import { FIXED32, FIXED64, readWireFields, VARINT, type WireField } from './wire-reader.ts';

/** A message as text, and what was wrong with it. */
export interface ProtobufText {
  readonly text: string;
  readonly problems: readonly Problem[];
}

/** Fields of the outermost level that are read. */
const MAX_FIELDS = 20_000;
const MAX_DEPTH = 32;

/**
 * A message of unknown type by its wire types, in the form of `protoc --decode_raw`: nested messages, strings and bytes
 * are told apart by their validity, and numbers that look like floats or times say so in a comment.
 */
export function rawProtobufText(bytes: Uint8Array, maximumText: number): ProtobufText {
  const { fields, problem } = readWireFields(bytes, MAX_FIELDS);
  const writer = new TextWriter(maximumText);
  writeFields(fields, writer, 0);
  if (problem !== null) writer.line(`# ${problem.text} ${bytes.length - problem.range![0]} bytes are not decoded.`);
  return { text: writer.toString(), problems: problem === null ? [] : [problem] };
}

function writeFields(fields: readonly WireField[], writer: TextWriter, depth: number): void {
  for (const field of fields) {
    if (writer.full) return;
    writeField(field, writer, depth);
  }
}

function writeField(field: WireField, writer: TextWriter, depth: number): void {
  const { number, wireType, bits, bytes } = field;
  if (wireType === VARINT) {
    writer.line(`${number}: ${bits}${annotation(field)}`);
  } else if (wireType === FIXED32 || wireType === FIXED64) {
    const digits = bits.toString(16).padStart(wireType === FIXED32 ? 8 : 16, '0');
    writer.line(`${number}: 0x${digits}${annotation(field)}`);
  } else if (depth === MAX_DEPTH) {
    writer.line(`${number}: ${quotedBytes(bytes)}  # nested too deeply`);
  } else {
    writeGuess(number, guessField(field), bytes, writer, depth);
  }
}

function writeGuess(number: number, guess: Guess, bytes: Uint8Array, writer: TextWriter, depth: number): void {
  if (guess.kind === 'message') {
    writer.open(`${number} {`);
    writeFields(guess.fields, writer, depth + 1);
    writer.close('}');
  } else if (guess.kind === 'string') {
    writer.line(`${number}: ${quotedText(guess.text)}`);
  } else {
    const packed = guess.packed.length === 0 ? '' : `  # packed? ${guess.packed.join(' ')}`;
    writer.line(`${number}: ${quotedBytes(bytes)}${packed}`);
  }
}

/** A string literal of the text format. https://protobuf.dev/reference/protobuf/textformat-spec/#string */
function quotedText(text: string): string {
  const escaped = text.replace(/[\\"\n\r\t]/g, (character) => ESCAPES.get(character)!);
  return `"${escaped}"`;
}

const ESCAPES: ReadonlyMap<string, string> = new Map([
  ['\\', '\\\\'],
  ['"', '\\"'],
  ['\n', '\\n'],
  ['\r', '\\r'],
  ['\t', '\\t'],
]);

/** Bytes shown at most: what is longer is seen better in hexadecimal. */
const MAX_BYTES = 1024;

function quotedBytes(bytes: Uint8Array): string {
  let text = '"';
  for (const octet of bytes.subarray(0, MAX_BYTES)) {
    const character = String.fromCharCode(octet);
    if (ESCAPES.has(character)) text += ESCAPES.get(character);
    else text += octet >= 0x20 && octet < 0x7f ? character : `\\${octet.toString(8).padStart(3, '0')}`;
  }
  return bytes.length > MAX_BYTES ? `${text}"  # … ${bytes.length} bytes` : `${text}"`;
}
