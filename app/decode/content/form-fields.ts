import { decodePercent } from '../../bytes/percent.ts';

export interface FormField {
  readonly name: string;
  readonly value: string;
}

/** Fields that are listed at most. */
const MAX_FIELDS = 10_000;

/**
 * The fields of a body of `application/x-www-form-urlencoded`, or of a query, in order.
 * https://url.spec.whatwg.org/#urlencoded-parsing
 */
export function formFields(text: string): FormField[] {
  const fields: FormField[] = [];
  for (let start = 0; start < text.length && fields.length < MAX_FIELDS; ) {
    const ampersand = text.indexOf('&', start);
    const end = ampersand < 0 ? text.length : ampersand;
    if (end > start) fields.push(fieldOf(text.slice(start, end)));
    start = end + 1;
  }
  return fields;
}

function fieldOf(text: string): FormField {
  const equals = text.indexOf('=');
  const part = (encoded: string) => decodePercent(encoded.replaceAll('+', ' '));
  return equals < 0
    ? { name: part(text), value: '' }
    : { name: part(text.slice(0, equals)), value: part(text.slice(equals + 1)) };
}
