import type { Header } from '../../model/exchange.ts';
import { textOf } from './text.ts';

/**
 * Header lines as HTTP/1 writes them, out of bytes that hold nothing else (gRPC-Web trailers): one per line, lines without a
 * colon are passed over.
 */
export function parseHeaderText(bytes: Uint8Array): Header[] {
  const headers: Header[] = [];
  let start = 0;
  while (start < bytes.length) {
    const lineFeed = bytes.indexOf(0x0a, start);
    const end = lineFeed < 0 ? bytes.length : lineFeed;
    const line = textOf(bytes, start, end);
    const colon = line.indexOf(':');
    if (colon > 0) headers.push({ name: line.slice(0, colon).trim(), value: line.slice(colon + 1).trim() });
    start = end + 1;
  }
  return headers;
}
