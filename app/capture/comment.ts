import type { CaptureMetadata } from './metadata.ts';
import { parseMetadata } from './metadata-fields.ts';
import { RecentMetadata } from './recent-metadata.ts';
import { Fields } from './stream-fields.ts';

/** What the comments begin with that carry metadata in session files; other comments belong to people and other programs. */
const PREFIX = 'packet-inspector ';

/** The comment made last: in live capture it is read at once again, by the dissector. */
let latest: { readonly text: string; readonly metadata: CaptureMetadata } | null = null;

/** What stands in front of the id, and behind it. */
interface AroundId {
  readonly before: string;
  readonly behind: string;
}

const recent = new RecentMetadata<AroundId>();

/** The packet comment that carries metadata in a session file: `packet-inspector {"version":1,"id":…}`. */
export function captureComment(metadata: CaptureMetadata): string {
  const around = recent.find(metadata);
  const text =
    around === undefined ? wholeComment(metadata) : around.before + JSON.stringify(metadata.id) + around.behind;
  latest = { text, metadata };
  return text;
}

function wholeComment(metadata: CaptureMetadata): string {
  const text = PREFIX + JSON.stringify(metadata);
  const before = `${PREFIX}{"version":1,"id":`;
  // Whatever has its fields in another order is written as it is.
  if (text.startsWith(before)) {
    recent.remember(metadata, { before, behind: text.slice(before.length + JSON.stringify(metadata.id).length) });
  }
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
