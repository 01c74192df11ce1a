import { type CompletionPlace, placeAt } from './complete-place.ts';
import type { FilterField } from './field.ts';
import { fieldsLike, findField } from './fields.ts';
import { quote } from './print.ts';
import type { Range } from './syntax.ts';
import { readNumber } from './values.ts';

/** Something that may be written at the cursor. */
export interface Completion {
  /** What is put in the place of `Completions.range`. */
  readonly text: string;
  readonly kind: 'field' | 'operator' | 'logical' | 'value';
  /** One sentence or word beside it. */
  readonly detail: string;
}

/** What may be written at a cursor. */
export interface Completions {
  /** What a completion replaces. */
  readonly range: Range;
  /** Best first. */
  readonly options: readonly Completion[];
  /** Values of this field that contain `text` belong here: ask the engine by `filter.values`, and write them with `printValue`. */
  readonly values: { readonly field: string; readonly text: string } | null;
}

/** Values of fields that have few, always the same. */
const KNOWN_VALUES: Readonly<Record<string, readonly string[]>> = {
  'flow.state': ['open', 'complete', 'reset', 'unanswered'],
  'flow.vantage': ['both', 'consumer', 'producer', 'wire'],
  'flow.severity': ['note', 'warning', 'error'],
};

const OPERATORS_FOR_ALL = [
  ['==', 'is equal to'],
  ['!=', 'differs from'],
  ['in', 'is one of'],
] as const;
const OPERATORS_FOR_TEXT = [
  ['contains', 'contains the text'],
  ['matches', 'matches a regular expression'],
] as const;
const OPERATORS_FOR_ORDER = [
  ['>', 'is above'],
  ['<', 'is below'],
  ['>=', 'is at least'],
  ['<=', 'is at most'],
] as const;
const LOGICAL = [
  ['&&', 'and'],
  ['||', 'or'],
] as const;

/** What may be written at `cursor`. It works on unfinished and on wrong filters, from what stands before the cursor. */
export function completeFilter(text: string, cursor: number): Completions {
  const place = placeAt(text, cursor);
  const { range } = place;
  switch (place.wants) {
    case 'operand':
      return { range, options: fieldOptions(place.partial), values: null };
    case 'operator':
      return { range, options: operatorOptions(place), values: null };
    case 'value':
      return { range, options: valueOptions(place), values: valuesQuestion(place) };
    case 'set':
      return { range, options: [{ text: '{', kind: 'operator', detail: 'begins a set' }], values: null };
    case 'logical':
      return { range, options: pick(LOGICAL, 'logical', place.partial), values: null };
    case 'nothing':
      return { range, options: [], values: null };
  }
}

/** A value as it stands in a filter beside a field: text in quotes, numbers and addresses without. */
export function printValue(field: string, value: string): string {
  const type = findField(field)?.type;
  return type === undefined || type === 'string' || type === 'time' ? quote(value) : value;
}

/** `field == value`, as a click on a value adds it. */
export function printEquality(field: string, value: string): string {
  return `${field} == ${printValue(field, value)}`;
}

/** Fields whose name begins with what is written, then those that have it at the start of a part, then anywhere. */
function fieldOptions(partial: string): Completion[] {
  const wanted = partial.toLowerCase();
  return fieldsLike(partial)
    .map((field) => ({ field, rank: rankOf(field.name.toLowerCase(), wanted) }))
    .filter(({ rank }) => rank < 3)
    .sort((left, right) => left.rank - right.rank)
    .map(({ field }) => ({ text: field.keyed ? `${field.name}["` : field.name, kind: 'field', detail: field.text }));
}

function rankOf(name: string, wanted: string): number {
  if (name.startsWith(wanted)) return 0;
  if (name.includes(`.${wanted}`) || name.includes(`_${wanted}`)) return 1;
  return name.includes(wanted) ? 2 : 3;
}

function operatorOptions({ field, partial }: CompletionPlace): Completion[] {
  const type = field && findField(field)?.type;
  if (type === undefined || type === 'protocol' || type === 'presence' || type === 'group')
    return pick(LOGICAL, 'logical', partial);
  const own = type === 'string' ? OPERATORS_FOR_TEXT : type === 'boolean' ? [] : OPERATORS_FOR_ORDER;
  const operators = pick([...OPERATORS_FOR_ALL, ...own], 'operator', partial);
  return type === 'boolean' ? [...pick(LOGICAL, 'logical', partial), ...operators] : operators;
}

function pick(from: readonly (readonly [string, string])[], kind: Completion['kind'], partial: string): Completion[] {
  return from.filter(([text]) => text.startsWith(partial)).map(([text, detail]) => ({ text, kind, detail }));
}

function valueOptions({ field, partial }: CompletionPlace): Completion[] {
  const found = field === null ? undefined : findField(field);
  if (!found) return [];
  return knownValues(found)
    .filter((value) => value.startsWith(partial))
    .map((value) => ({ text: printValue(found.name, value), kind: 'value', detail: '' }));
}

function knownValues(field: FilterField): readonly string[] {
  return field.type === 'boolean' ? ['true', 'false'] : (KNOWN_VALUES[field.name] ?? []);
}

/** The engine is not asked where the values are few and known, are ever different, or are not in the index. */
function valuesQuestion({ field, partial, hasFunction }: CompletionPlace): Completions['values'] {
  const found = field === null ? undefined : findField(field);
  if (!found || hasFunction || knownValues(found).length > 0 || found.cost === 'detail') return null;
  const isCountable =
    found.type === 'string' || found.type === 'ipv4' || found.type === 'ipv6' || found.type === 'number';
  if (!isCountable || (found.type === 'number' && partial !== '' && readNumber(partial) === null)) return null;
  return { field: found.name, text: partial };
}
