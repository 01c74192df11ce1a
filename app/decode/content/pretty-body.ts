import { rawProtobufText } from '../protobuf/raw-text.ts';
import type { KindName } from './body-kinds.ts';
import { formFields } from './form-fields.ts';
import { hexDump } from './hex-dump.ts';
import { type MultipartPart, multipartParts } from './multipart.ts';
import { prettyJson } from './pretty-json.ts';
import { prettyXml } from './pretty-xml.ts';
import { recogniseBody } from './recognise.ts';

/** Kinds that have a form of their own beside plain text and hexadecimal. */
const LAID_OUT: readonly KindName[] = ['json', 'xml', 'form', 'multipart', 'protobuf'];

/** Multipart bodies in multipart bodies. */
const MAX_DEPTH = 8;

/** Characters of a part that is no text, in hexadecimal. */
const MAX_PART_DUMP = 4_096;

/** Whether `prettyBody` makes more of this kind than plain text. */
export function isLaidOut(kind: string): boolean {
  return (LAID_OUT as readonly string[]).includes(kind);
}

/** A body as its kind is read best. */
export interface BodyToLayOut {
  /** As `recogniseBody` tells it. */
  readonly kind: string;
  /** Label for TextDecoder. */
  readonly charset: string;
  /** With parameters: multipart bodies name their boundary there. */
  readonly contentType: string;
  /** Content coding undone; may be cut. */
  readonly bytes: Uint8Array;
}

/**
 * JSON and XML indented, form fields a line each, parts of multipart bodies one after the other, protobuf by its wire
 * types; anything else as text. At most `maximumText` characters.
 */
export function prettyBody(body: BodyToLayOut, maximumText: number): string {
  return layOut(body, maximumText, 0);
}

function layOut(body: BodyToLayOut, maximumText: number, depth: number): string {
  switch (body.kind) {
    case 'json':
      return prettyJson(textOf(body), maximumText);
    case 'xml':
      return prettyXml(textOf(body), maximumText);
    case 'form':
      return bounded(
        formFields(textOf(body))
          .map(({ name, value }) => `${name} = ${value}`)
          .join('\n'),
        maximumText,
      );
    case 'multipart':
      return layOutParts(body, maximumText, depth);
    case 'protobuf':
      return rawProtobufText(body.bytes, maximumText).text;
    default:
      return bounded(textOf(body), maximumText);
  }
}

function layOutParts(body: BodyToLayOut, maximumText: number, depth: number): string {
  const parts = depth < MAX_DEPTH ? multipartParts(body.bytes, body.contentType) : [];
  if (parts.length === 0) return bounded(textOf(body), maximumText);
  const texts: string[] = [];
  let left = maximumText;
  for (const [index, part] of parts.entries()) {
    if (left <= 0) break;
    const text = layOutPart(part, index, body.bytes, left, depth);
    texts.push(text);
    left -= text.length + 2;
  }
  return bounded(texts.join('\n\n'), maximumText);
}

function layOutPart(part: MultipartPart, index: number, body: Uint8Array, maximumText: number, depth: number): string {
  const [offset, length] = part.range;
  const bytes = body.subarray(offset, offset + length);
  const title = [`Part ${index + 1}`, part.name, part.filename, `${length} bytes`]
    .filter((word) => word !== '')
    .join(' · ');
  const headers = part.headers.map(({ name, value }) => `${name}: ${value}\n`).join('');
  const recognised = recogniseBody(part.contentType, bytes);
  const content =
    recognised.charset === '' && recognised.kind !== 'protobuf'
      ? hexDump(bytes, Math.min(maximumText, MAX_PART_DUMP))
      : layOut({ ...recognised, contentType: part.contentType, bytes }, maximumText, depth + 1);
  return `── ${title}${part.complete ? '' : ' · not complete'}\n${headers}\n${content}`;
}

function textOf({ bytes, charset }: BodyToLayOut): string {
  try {
    return new TextDecoder(charset || 'utf-8').decode(bytes);
  } catch {
    return new TextDecoder().decode(bytes);
  }
}

function bounded(text: string, maximumText: number): string {
  return text.length > maximumText ? text.slice(0, maximumText) : text;
}
