/** A Content-Type field taken apart. RFC 9110 section 8.3.1. */
export interface MediaType {
  /** `application/json`, lower case; '' when there is none. */
  readonly name: string;
  /** Values by lower-case name, without quotes; the first of a name counts. */
  readonly parameters: ReadonlyMap<string, string>;
}

/** More parameters than this are not read. */
const MAX_PARAMETERS = 32;

const PARAMETER = /;[ \t]*(?:([^\s=;"]+)[ \t]*=[ \t]*(?:"((?:[^"\\]|\\.)*)"?|([^\s;]*)))?/gs;

/** Reads a Content-Type (or Content-Disposition) field as far as it can be understood. */
export function parseMediaType(field: string): MediaType {
  const bounded = field.slice(0, 4096);
  const semicolon = bounded.indexOf(';');
  const name = (semicolon < 0 ? bounded : bounded.slice(0, semicolon)).trim().toLowerCase();
  const parameters = new Map<string, string>();
  if (semicolon < 0) return { name, parameters };
  for (const [, key, quoted, token] of bounded.slice(semicolon).matchAll(PARAMETER)) {
    if (parameters.size === MAX_PARAMETERS) break;
    const lower = key?.toLowerCase();
    if (lower === undefined || parameters.has(lower)) continue;
    parameters.set(lower, quoted === undefined ? (token ?? '') : quoted.replace(/\\(.)/gs, '$1'));
  }
  return { name, parameters };
}

/** The part after `+` (RFC 6838 section 4.2.8), or the subtype itself: `json` for both `application/json` and `application/problem+json`. */
export function syntaxOf(mediaType: string): string {
  const slash = mediaType.indexOf('/');
  const plus = mediaType.lastIndexOf('+');
  return mediaType.slice(Math.max(slash, plus) + 1);
}
