import { type BodyHint, type BodyKind, bodyKinds, type KindName } from './body-kinds.ts';
import { imageTypeOf } from './image-signature.ts';
import { parseMediaType } from './media-type.ts';
import { lookAtText } from './text-look.ts';

/** What a body is, by what its Content-Type says and by its first bytes. */
export interface RecognisedBody {
  readonly kind: KindName;
  /** Lower case, without parameters. Of an image, the type that its bytes show. */
  readonly mediaType: string;
  /** Label for TextDecoder; '' for what is no text. */
  readonly charset: string;
}

/** Bytes of a body that are enough to recognise it. */
export const HEAD_LENGTH = 4096;

const TEXTUAL: readonly KindName[] = ['json', 'xml', 'form', 'text', 'multipart'];

/**
 * Says how a body is best shown. `head` is its beginning with the content coding undone, `HEAD_LENGTH` bytes are enough.
 * A kind that fails to judge is passed over.
 */
export function recogniseBody(
  contentType: string,
  head: Uint8Array,
  kinds: readonly BodyKind[] = bodyKinds,
): RecognisedBody {
  const hint: BodyHint = {
    mediaType: parseMediaType(contentType),
    head: head.subarray(0, HEAD_LENGTH),
    text: lookAtText(head),
  };
  let best: KindName = 'hex';
  let highest = 0;
  for (const kind of kinds) {
    const priority = priorityOf(kind, hint);
    if (priority > highest) {
      best = kind.name;
      highest = priority;
    }
  }
  const image = best === 'image' ? imageTypeOf(head) : '';
  return {
    kind: best,
    mediaType: image || hint.mediaType.name,
    charset: TEXTUAL.includes(best) ? charsetOf(hint) : '',
  };
}

function priorityOf(kind: BodyKind, hint: BodyHint): number {
  try {
    return kind.priority(hint);
  } catch {
    return 0;
  }
}

/** A byte order mark is surer than the charset parameter, and that is surer than a guess. https://encoding.spec.whatwg.org/#decode */
function charsetOf({ mediaType, text }: BodyHint): string {
  const declared = mediaType.parameters.get('charset')?.trim().toLowerCase() ?? '';
  if (text.start > 0 || !isKnownCharset(declared)) return text.charset || 'utf-8';
  return declared;
}

function isKnownCharset(label: string): boolean {
  if (label === '') return false;
  try {
    new TextDecoder(label);
    return true;
  } catch {
    return false;
  }
}
