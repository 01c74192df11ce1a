import { comparePrefix, isInNetwork, type Network, readAddress, readNetwork } from './address.ts';
import type { ScalarTest } from './expression.ts';
import { describeType, type FilterField, standsAlone } from './field.ts';
import { findField } from './fields.ts';
import { compilePattern } from './pattern.ts';
import { PatternError } from './pattern-syntax.ts';
import type { FilterError, Literal, Operator, Range } from './syntax.ts';
import { isQuoted, readBoolean, readDuration, readNumber, readTime } from './values.ts';

/** What checking a value needs and where it tells what is wrong. */
export interface CheckContext {
  readonly now: number;
  readonly errors: FilterError[];
}

/** Stands for a test that could not be made; an error was told. */
const IMPOSSIBLE: ScalarTest = () => false;

/** The test of `field operator value`, by the field's type. */
export function comparisonTest(
  field: FilterField,
  operator: Operator,
  value: Literal,
  range: Range,
  context: CheckContext,
): ScalarTest {
  if (standsAlone(field)) {
    const message = `${field.name} is ${describeType(field)}: use it alone, without a comparison.`;
    const hint =
      operator === 'contains' || operator === 'matches' ? ' For bytes of bodies there is http.file_data.' : '';
    context.errors.push({ message: message + hint, range });
    return IMPOSSIBLE;
  }
  if (value.form === 'word' && findField(value.text) !== undefined) {
    const quoted = field.type === 'string' ? ` If you mean the text, put it in quotes: "${value.text}".` : '';
    context.errors.push({ message: `Two fields cannot be compared with each other.${quoted}`, range: value.range });
    return IMPOSSIBLE;
  }
  if ((operator === 'contains' || operator === 'matches') && field.type !== 'string') {
    const message = `${operator} is for fields with text; ${field.name} is ${describeType(field)}.`;
    context.errors.push({ message, range });
    return IMPOSSIBLE;
  }
  if (operator === 'matches') return patternTest(value, context);
  if (operator === 'contains') return (candidate) => String(candidate).includes(value.text);
  if (field.type === 'ipv4' || field.type === 'ipv6') return addressTest(field, operator, value, context);
  if (field.type === 'string') return orderTest(operator, value.text);
  const number = readScalar(field, value, context);
  if (number === null) return IMPOSSIBLE;
  if (field.type === 'boolean' && operator !== '==' && operator !== '!=' && operator !== '===' && operator !== '!==') {
    context.errors.push({ message: `${field.name} is true or false: compare it with == or !=.`, range });
  }
  return orderTest(operator, number);
}

/** The test of a value between two others, both included. */
export function rangeTest(field: FilterField, from: Literal, to: Literal, context: CheckContext): ScalarTest {
  const range: Range = [from.range[0], to.range[1]];
  const low = comparisonTest(field, '>=', from, range, context);
  const high = comparisonTest(field, '<=', to, range, context);
  return (value) => low(value) && high(value);
}

function orderTest<Value extends string | number>(operator: Operator, wanted: Value): ScalarTest {
  switch (operator) {
    case '==':
    case '===':
      return (value) => value === wanted;
    case '!=':
    case '!==':
      return (value) => value !== wanted;
    case '>':
      return (value) => value > wanted;
    case '<':
      return (value) => value < wanted;
    case '>=':
      return (value) => value >= wanted;
    default:
      return (value) => value <= wanted;
  }
}

function readScalar(field: FilterField, value: Literal, context: CheckContext): number | null {
  const number = scalarOf(field, value.text, context.now);
  if (number === null) {
    const message = `${isQuoted(value) ? `"${value.text}"` : value.text} is not ${describeType(field)}; ${exampleOf(field)}`;
    context.errors.push({ message, range: value.range });
  }
  return number;
}

function scalarOf(field: FilterField, text: string, now: number): number | null {
  switch (field.type) {
    case 'boolean': {
      const boolean = readBoolean(text);
      return boolean === null ? null : Number(boolean);
    }
    case 'time':
      return readTime(text, now);
    case 'duration':
      return readDuration(text, field.unit);
    default:
      return readNumber(text);
  }
}

function exampleOf(field: FilterField): string {
  if (field.type === 'boolean') return 'write true or false.';
  if (field.type === 'time') return 'write one like "2026-11-22 14:00:00" or -5m.';
  if (field.type === 'duration') return 'write one like 250ms, 1.5s or 2m.';
  return 'write one like 200 or 0xc8.';
}

function patternTest(value: Literal, context: CheckContext): ScalarTest {
  try {
    const pattern = compilePattern(value.text);
    return (candidate) => pattern(String(candidate));
  } catch (error) {
    if (!(error instanceof PatternError)) throw error;
    context.errors.push({ message: error.message, range: placeInLiteral(value, error.range) });
    return IMPOSSIBLE;
  }
}

/** Where in the filter a place of a literal's text is; the whole literal when escapes before it make that unknown. */
function placeInLiteral(value: Literal, [start, end]: Range): Range {
  const prefix = value.form === 'word' ? 0 : value.form === 'raw' ? 2 : 1;
  const suffix = value.form === 'word' ? 0 : 1;
  const plain = value.range[1] - value.range[0] === value.text.length + prefix + suffix;
  return plain ? [value.range[0] + prefix + start, value.range[0] + prefix + end] : value.range;
}

function addressTest(field: FilterField, operator: Operator, value: Literal, context: CheckContext): ScalarTest {
  const network = readNetwork(value.text);
  const length = field.type === 'ipv4' ? 4 : 16;
  if (network === null || network.bytes.length !== length) {
    context.errors.push({ message: addressError(field, value, network), range: value.range });
    return IMPOSSIBLE;
  }
  const passes = addressOrder(operator, network);
  return (candidate) => {
    const bytes = readAddress(String(candidate));
    return bytes !== null && bytes.length === length && passes(bytes);
  };
}

/** Equal means inside the network; above and below compare the bits that the network fixes. */
function addressOrder(operator: Operator, network: Network): (bytes: readonly number[]) => boolean {
  const compare = (bytes: readonly number[]) => comparePrefix(bytes, network.bytes, network.bits);
  switch (operator) {
    case '==':
    case '===':
      return (bytes) => isInNetwork(bytes, network);
    case '!=':
    case '!==':
      return (bytes) => !isInNetwork(bytes, network);
    case '>':
      return (bytes) => compare(bytes) > 0;
    case '<':
      return (bytes) => compare(bytes) < 0;
    case '>=':
      return (bytes) => compare(bytes) >= 0;
    default:
      return (bytes) => compare(bytes) <= 0;
  }
}

function addressError(field: FilterField, value: Literal, network: Network | null): string {
  if (network !== null) {
    const other = field.type === 'ipv4' ? field.name.replace('ip.', 'ipv6.') : field.name.replace('ipv6.', 'ip.');
    return `${value.text} is of the other address family; use ${other}.`;
  }
  const example = field.type === 'ipv4' ? '10.42.0.7 or 10.42.0.0/16' : 'fd00::7 or fd00::/8';
  return `${value.text} is not ${describeType(field)}; write one like ${example}.`;
}
