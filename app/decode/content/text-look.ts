/** What bytes look like when they are taken as text. */
export interface TextLook {
  /** They can be read as text in `charset`. */
  readonly isText: boolean;
  /** Label of the WHATWG Encoding standard; 'utf-8' where nothing speaks against it. */
  readonly charset: string;
  /** Where the text begins: after a byte order mark. */
  readonly start: number;
}

/** Bytes that are looked at. */
const LOOKED_AT = 4096;

const BYTE_ORDER_MARKS: readonly (readonly [bytes: readonly number[], charset: string])[] = [
  [[0xef, 0xbb, 0xbf], 'utf-8'],
  [[0xff, 0xfe], 'utf-16le'],
  [[0xfe, 0xff], 'utf-16be'],
];

/** Judges the beginning of a body, which may end in the middle of a character. */
export function lookAtText(head: Uint8Array): TextLook {
  const bytes = head.subarray(0, LOOKED_AT);
  for (const [mark, charset] of BYTE_ORDER_MARKS) {
    if (mark.every((octet, at) => bytes[at] === octet)) return { isText: true, charset, start: mark.length };
  }
  const wide = wideCharset(bytes);
  if (wide !== '') return { isText: true, charset: wide, start: 0 };
  if (hasControls(bytes)) return { isText: false, charset: '', start: 0 };
  if (isUtf8(bytes)) return { isText: true, charset: 'utf-8', start: 0 };
  return { isText: looksLatin(bytes), charset: 'windows-1252', start: 0 };
}

/** UTF-16 without a mark, where it begins with two ASCII characters: every second octet is zero. RFC 4627 section 3. */
function wideCharset(bytes: Uint8Array): string {
  if (bytes.length < 4) return '';
  const isPrintable = (octet: number) => octet >= 0x20 && octet < 0x7f;
  if (isPrintable(bytes[0]!) && bytes[1] === 0 && isPrintable(bytes[2]!) && bytes[3] === 0) return 'utf-16le';
  if (bytes[0] === 0 && isPrintable(bytes[1]!) && bytes[2] === 0 && isPrintable(bytes[3]!)) return 'utf-16be';
  return '';
}

/** Control characters that no text has: all but tab, line feed, vertical tab, form feed, carriage return and escape. */
function hasControls(bytes: Uint8Array): boolean {
  return bytes.some((octet) => octet === 0x7f || (octet < 0x20 && (octet < 9 || octet > 13) && octet !== 0x1b));
}

/** Whether the bytes are UTF-8 (RFC 3629); the last character may be cut. */
export function isUtf8(bytes: Uint8Array): boolean {
  try {
    // `stream` lets a character that is cut at the end pass.
    new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}

/** Bytes above 0x7f without any text around them are no text of an old charset, but data. */
function looksLatin(bytes: Uint8Array): boolean {
  let high = 0;
  for (const octet of bytes) if (octet > 0x7f) high++;
  return high * 4 < bytes.length;
}
