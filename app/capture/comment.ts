import type { CaptureMetadata } from './metadata.ts';
import { parseMetadata } from './metadata-fields.ts';
import { Fields } from './stream-fields.ts';

/** What the comments begin with that carry metadata in session files; other comments belong to people and other programs. */
const PREFIX = 'packet-inspector ';

/** The comment made last: in live capture it is read at once again, by the dissector. */
let latest: { readonly text: string; readonly metadata: CaptureMetadata } | null = null;

/** The packet comment that carries metadata in a session file: `packet-inspector {"version":1,"id":…}`. */
export function captureComment(metadata: CaptureMetadata): string {
  const text = PREFIX + JSON.stringify(metadata);
  latest = { text, metadata };
  return text;
}

/** The metadata in a packet comment; null when the comment is another's, or does not hold together. */
export function readCaptureComment(comment: string): CaptureMetadata | null {
  if (comment === latest?.text) return latest.metadata;
  if (!comment.startsWith(PREFIX)) return null;
  try {
    const value: unknown = JSON.parse(comment.slice(PREFIX.length));
    if (typeof value !== 'object' || value === null) return null;
    return parseMetadata(new Fields({ ...value }, ''));
  } catch {
    return null;
  }
}
