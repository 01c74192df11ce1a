import type { ValueCount } from '../api/types.ts';
import type { FieldSource, Scalar } from '../filter/field-source.ts';
import { findField } from '../filter/fields.ts';
import { InvalidFilter } from '../filter/invalid-filter.ts';
import { argsort } from './argsort.ts';
import type { FlowTable } from './flow-table.ts';

/** Of more different values than this only the most frequent are looked at, and of numbers the first: typing must not wait. */
const MAXIMUM_DIFFERENT = 100_000;

/** Counts the values of a field that contain `text`, in any letter case. See `FlowIndex.values`. */
export function valuesOf(table: FlowTable, total: number, name: string, text: string, limit: number): ValueCount[] {
  const field = findField(name);
  if (!field) throw new InvalidFilter([{ message: `There is no field ${name}.`, range: [0, name.length] }]);
  if (field.cost === 'detail' || field.type === 'protocol') return [];
  const counts = new Map<Scalar, number>();
  for (const source of field.sources) countValues(table, total, source, counts);
  const wanted = text.toLowerCase();
  const print = (value: Scalar) => (field.type === 'boolean' ? String(value === 1) : String(value));
  return [...counts]
    .map(([value, count]) => ({ value: print(value), count }))
    .filter(({ value }) => value.toLowerCase().includes(wanted))
    .sort((left, right) => beginsWith(right, wanted) - beginsWith(left, wanted) || right.count - left.count)
    .slice(0, limit);
}

function beginsWith({ value }: ValueCount, text: string): number {
  return value.toLowerCase().startsWith(text) ? 1 : 0;
}

function countValues(table: FlowTable, total: number, source: FieldSource, counts: Map<Scalar, number>): void {
  if (source.kind === 'header' || source.kind === 'detail') return;
  const isMeant = rowTest(table, source.protocols);
  if (source.kind === 'number') {
    const column = source.column(table);
    for (let id = 0; id < total; id++) {
      const value = column(id);
      if (Number.isNaN(value) || !isMeant(id)) continue;
      if (counts.size < MAXIMUM_DIFFERENT || counts.has(value)) counts.set(value, (counts.get(value) ?? 0) + 1);
    }
    return;
  }
  const { code, value, size } = source.column(table);
  const byCode = new Uint32Array(size());
  for (let id = 0; id < total; id++) if (isMeant(id)) byCode[code(id)]!++;
  for (const each of mostFrequent(byCode)) {
    const scalar = value(each);
    if (scalar !== undefined) counts.set(scalar, (counts.get(scalar) ?? 0) + byCode[each]!);
  }
}

/** Codes that occur. */
function mostFrequent(counts: Uint32Array): Uint32Array {
  const codes = Uint32Array.from(counts.keys()).filter((code) => counts[code] !== 0);
  if (codes.length <= MAXIMUM_DIFFERENT) return codes;
  const rarestFirst = argsort(Float64Array.from(codes, (code) => counts[code]!));
  return rarestFirst.slice(-MAXIMUM_DIFFERENT).map((place) => codes[place]!);
}

/** Rows that are there, of the protocols that have the field. */
function rowTest(table: FlowTable, protocols: ReadonlySet<string> | null): (id: number) => boolean {
  const { code, value, size } = table.protocol;
  const meant = Array.from({ length: size() }, (_, each) => protocols === null || protocols.has(value(each)));
  return (id) => meant[code(id)]! && !table.isRemoved(id);
}
