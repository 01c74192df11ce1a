import type { FilterField } from '../../app/filter/field.ts';
import { type FieldSource, headerValues, type Scalar } from '../../app/filter/field-source.ts';
import { findField } from '../../app/filter/fields.ts';
import type { DetailReader, FlowColumns } from '../../app/filter/flow-columns.ts';

/** A field as it was named: `http.header["x-tenant"]` has a key. */
export interface NamedField {
  readonly field: FilterField;
  readonly key: string | null;
}

/** Finds a field of the filter language by its name; null when there is none. */
export function namedField(text: string): NamedField | null {
  const match = /^([\w.-]+)(?:\[\s*"([^"]*)"\s*\])?$/.exec(text);
  const field = match === null ? undefined : findField(match[1]!);
  if (field === undefined) return null;
  const key = match![2] ?? null;
  return field.keyed === (key !== null) ? { field, key } : null;
}

function valuesOfSource(
  source: FieldSource,
  key: string | null,
  columns: FlowColumns,
  details: DetailReader,
  id: number,
): Scalar[] {
  if (source.kind === 'header') {
    const name = source.header ?? key;
    return name === null ? [] : [...headerValues(details.headers(id, source.side), name)];
  }
  const { protocols } = source;
  if (protocols !== null && !protocols.has(columns.protocol.value(columns.protocol.code(id)))) return [];
  if (source.kind === 'detail') return [...source.values(details, id)];
  if (source.kind === 'number') {
    const value = source.column(columns)(id);
    return Number.isNaN(value) ? [] : [value];
  }
  const column = source.column(columns);
  const value = column.value(column.code(id));
  return value === undefined ? [] : [value];
}

/** The values of a field that a flow has, as the filter language compares them. */
export function fieldValues(
  { field, key }: NamedField,
  columns: FlowColumns,
  details: DetailReader,
  id: number,
): Scalar[] {
  return field.sources.flatMap((source) => valuesOfSource(source, key, columns, details, id));
}
