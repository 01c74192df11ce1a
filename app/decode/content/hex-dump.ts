import { toHex } from '../../bytes/hex.ts';

const BYTES_PER_LINE = 16;

/** Lines of offset, sixteen bytes and what of them is printable ASCII, at most `maximumText` characters. */
export function hexDump(bytes: Uint8Array, maximumText: number): string {
  const lineLength = 8 + 2 + BYTES_PER_LINE * 3 + 1 + BYTES_PER_LINE + 1;
  const shown = bytes.subarray(0, Math.floor(maximumText / lineLength) * BYTES_PER_LINE);
  const lines: string[] = [];
  for (let at = 0; at < shown.length; at += BYTES_PER_LINE) {
    const part = shown.subarray(at, at + BYTES_PER_LINE);
    let text = '';
    for (const octet of part) text += octet >= 0x20 && octet < 0x7f ? String.fromCharCode(octet) : '·';
    lines.push(`${at.toString(16).padStart(8, '0')}  ${toHex(part, ' ').padEnd(BYTES_PER_LINE * 3)} ${text}`);
  }
  return lines.join('\n');
}
