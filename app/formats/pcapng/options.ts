import { putU16le, putU32le, u16 } from '../../bytes/integers.ts';
import { OPTION, padded } from './pcapng-format.ts';

const decoder = new TextDecoder();
const encoder = new TextEncoder();

/** One option: its code and its value without padding. */
export type Option = readonly [code: number, value: Uint8Array];

/** The options between two offsets. A value that reaches past the end ends the list. */
export function readOptions(bytes: Uint8Array, start: number, end: number, littleEndian: boolean): Option[] {
  const options: Option[] = [];
  let at = start;
  while (at + 4 <= end) {
    const code = u16(bytes, at, littleEndian);
    const length = u16(bytes, at + 2, littleEndian);
    if (code === OPTION.end || at + 4 + length > end) break;
    options.push([code, bytes.subarray(at + 4, at + 4 + length)]);
    at += 4 + padded(length);
  }
  return options;
}

/** Every text of one option code, in order. */
export function optionTexts(options: readonly Option[], code: number): string[] {
  return options.filter(([each]) => each === code).map(([, value]) => decoder.decode(value));
}

/** The text of an option, or ''. */
export function optionText(options: readonly Option[], code: number): string {
  return optionTexts(options, code)[0] ?? '';
}

/** An option with a text, which is cut where it would not fit into 16 bits of length; absent when it is ''. */
export function textOption(code: number, text: string): Option[] {
  return text === '' ? [] : [[code, encoder.encode(text).subarray(0, 0xffff)]];
}

/** Little-endian bytes of options with their end mark; none at all for none. */
export function encodeOptions(options: readonly Option[]): Uint8Array {
  if (options.length === 0) return new Uint8Array(0);
  const bytes = new Uint8Array(options.reduce((total, [, value]) => total + 4 + padded(value.length), 4));
  let at = 0;
  for (const [code, value] of options) {
    putU16le(bytes, at, code);
    putU16le(bytes, at + 2, value.length);
    bytes.set(value, at + 4);
    at += 4 + padded(value.length);
  }
  putU32le(bytes, at, OPTION.end);
  return bytes;
}
