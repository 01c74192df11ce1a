const bytesPerLine = 16;

export interface HexLine {
  /** `0000001f` */
  readonly offset: string;
  /** `48 54 … ` padded to the full width, with a gap in the middle. */
  readonly hex: string;
  /** What is printable ASCII. */
  readonly text: string;
}

export function linesOf(bytes: Uint8Array): number {
  return Math.ceil(bytes.length / bytesPerLine);
}

/** Sixteen bytes, or what is left of them in the last line. */
export function hexLine(bytes: Uint8Array, index: number): HexLine {
  const offset = index * bytesPerLine;
  const part = bytes.subarray(offset, offset + bytesPerLine);
  let hex = '';
  let text = '';
  for (let at = 0; at < bytesPerLine; at++) {
    const byte = part[at];
    if (at === bytesPerLine / 2) hex += ' ';
    hex += byte === undefined ? '   ' : `${byte.toString(16).padStart(2, '0')} `;
    if (byte !== undefined) text += byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·';
  }
  return { offset: offset.toString(16).padStart(8, '0'), hex, text };
}
