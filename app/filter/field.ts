import type { FieldSource } from './field-source.ts';

/** What a field's values are: it decides which operators it takes and how a value beside it is read. */
export type FieldType =
  | 'protocol'
  | 'presence'
  | 'string'
  | 'number'
  | 'boolean'
  | 'time'
  | 'duration'
  | 'ipv4'
  | 'ipv6'
  | 'group';

/**
 * A field of the filter language. The table of them (`FIELDS`) is the only source for check, compile, completion,
 * hand-over to Wireshark and the documentation.
 */
export interface FilterField {
  readonly name: string;
  readonly type: FieldType;
  /** One sentence: what it is and where it comes from. */
  readonly text: string;
  readonly sources: readonly FieldSource[];
  /** `detail`: has to be read from the session, so a filter with it is evaluated in slices. */
  readonly cost: 'summary' | 'detail';
  /** Takes a name in brackets: `http.header["x-tenant"]`. */
  readonly keyed: boolean;
  /** Milliseconds in one unit of a duration written without a unit. */
  readonly unit: number;
  /** Wireshark's fields for the same thing; none when it has none. Several when it keeps HTTP/1 and HTTP/2 apart. */
  readonly wireshark: readonly string[];
  /** Which packets of a flow have it in Wireshark, where a filter looks at one packet at a time. */
  readonly side: 'request' | 'answer' | 'both';
  /** For hosts: where the value comes from when the one beside it has a port; null for all other fields. */
  readonly withPort: readonly FieldSource[] | null;
}

/** A field with what it usually is left out. */
export function defineField(
  name: string,
  type: FieldType,
  text: string,
  sources: readonly FieldSource[],
  more: Partial<Pick<FilterField, 'keyed' | 'unit' | 'wireshark' | 'side' | 'withPort'>> = {},
): FilterField {
  const cost = sources.some(({ kind }) => kind === 'header' || kind === 'detail') ? 'detail' : 'summary';
  const usual = { keyed: false, unit: 1, wireshark: [], side: 'both', withPort: null } as const;
  return { name, type, text, sources, cost, ...usual, ...more };
}

/** Whether a field is not compared with anything: it is there or not. */
export function standsAlone({ type }: FilterField): boolean {
  return type === 'protocol' || type === 'presence' || type === 'group';
}

/** A field's type in words. */
export function describeType(field: FilterField): string {
  switch (field.type) {
    case 'protocol':
      return 'a protocol';
    case 'presence':
      return 'there or not';
    case 'string':
      return 'text';
    case 'number':
      return 'a number';
    case 'boolean':
      return 'true or false';
    case 'time':
      return 'a time';
    case 'duration':
      return 'a duration';
    case 'ipv4':
      return 'an IPv4 address';
    case 'ipv6':
      return 'an IPv6 address';
    case 'group':
      return 'a group of AVPs';
  }
}
