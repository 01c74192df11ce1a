import { isLaidOut, prettyBody } from '../../app/decode/content/pretty-body.ts';
import { decodeText } from './body-bytes.ts';
import { hexLine, linesOf } from './hex-lines.ts';
import type { LoadedBody } from './use-body.ts';

export type BodyLook = 'pretty' | 'text' | 'image' | 'hex';

/** Characters of the pretty form: layout may make a hostile body many times longer than it is. */
const maximumPretty = 32 << 20;

/** In which ways a kind of content can be looked at, the best first. A drawing in SVG is both an image and text. */
export function looksOf(kind: string, mediaType: string): readonly BodyLook[] {
  if (kind === 'xml' && mediaType === 'image/svg+xml') return ['image', 'pretty', 'text', 'hex'];
  if (isLaidOut(kind)) return ['pretty', 'text', 'hex'];
  if (kind === 'image') return ['image', 'hex'];
  return kind === 'text' ? ['text', 'hex'] : ['hex', 'text'];
}

/**
 * What of a body is read as text; '' for the looks that are not text.
 * @param contentType with its parameters
 */
export function shownText({ bytes, slice }: LoadedBody, look: BodyLook, contentType: string): string {
  if (look === 'text') return decodeText(bytes, slice.charset);
  return look === 'pretty'
    ? prettyBody({ kind: slice.kind, charset: slice.charset, contentType, bytes }, maximumPretty)
    : '';
}

/** As the hex view shows it, a line for 16 bytes. */
export function hexDump(bytes: Uint8Array): string {
  return Array.from({ length: linesOf(bytes) }, (_, index) => {
    const { offset, hex, text } = hexLine(bytes, index);
    return `${offset} ${hex} ${text}`;
  }).join('\n');
}

/** `products.json`: what a body is saved as, by the last part of its target and its type. */
export function bodyFileName(target: string, mediaType: string): string {
  const [path = ''] = target.split(/[?#]/);
  const last = path.split('/').findLast((part) => /[\p{L}\p{N}]/u.test(part)) ?? '';
  const name = last.replace(/[^\p{L}\p{N}._-]+/gu, '_').slice(-80) || 'body';
  if (/\.[A-Za-z][A-Za-z0-9]{0,5}$/.test(name)) return name;
  return `${name}.${endings[mediaType] ?? (mediaType.startsWith('text/') ? 'txt' : 'bin')}`;
}

const endings: Readonly<Record<string, string>> = {
  'application/json': 'json',
  'application/xml': 'xml',
  'application/pdf': 'pdf',
  'application/javascript': 'js',
  'application/zip': 'zip',
  'image/png': 'png',
  'image/jpeg': 'jpg',
  'image/gif': 'gif',
  'image/webp': 'webp',
  'image/bmp': 'bmp',
  'image/svg+xml': 'svg',
  'text/css': 'css',
  'text/csv': 'csv',
  'text/html': 'html',
  'text/javascript': 'js',
  'text/xml': 'xml',
};
