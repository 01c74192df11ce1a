import { type JsonValue, literal } from './json-value.ts';

/** What a wrapper without a value stands for. */
const WRAPPER_DEFAULTS: ReadonlyMap<string, JsonValue> = new Map([
  ['google.protobuf.DoubleValue', literal(0)],
  ['google.protobuf.FloatValue', literal(0)],
  ['google.protobuf.Int64Value', literal('0')],
  ['google.protobuf.UInt64Value', literal('0')],
  ['google.protobuf.Int32Value', literal(0)],
  ['google.protobuf.UInt32Value', literal(0)],
  ['google.protobuf.BoolValue', literal(false)],
  ['google.protobuf.StringValue', literal('')],
  ['google.protobuf.BytesValue', literal('')],
]);

/** Seconds of 0001-01-01 and 9999-12-31, between which times have a JSON form. */
const FIRST_SECOND = -62_135_596_800;
const LAST_SECOND = 253_402_300_799;

/**
 * The form that the JSON mapping gives to a well-known type, out of the message with its members by name; other messages
 * stay as they are. https://protobuf.dev/programming-guides/json/
 */
export function wellKnownJson(type: string, message: JsonValue): JsonValue {
  if (message.kind !== 'object' || !type.startsWith('google.protobuf.')) return message;
  const member = (name: string) => message.members.find(([found]) => found === name)?.[1];
  switch (type) {
    case 'google.protobuf.Timestamp':
      return timestamp(numberOf(member('seconds')), numberOf(member('nanos'))) ?? message;
    case 'google.protobuf.Duration':
      return duration(numberOf(member('seconds')), numberOf(member('nanos'))) ?? message;
    case 'google.protobuf.FieldMask':
      return literal(textsOf(member('paths')).join(','));
    case 'google.protobuf.Struct':
      return member('fields') ?? message;
    case 'google.protobuf.ListValue':
      return member('values') ?? { kind: 'array', items: [] };
    case 'google.protobuf.Value':
      return valueJson(message.members.at(-1));
    default: {
      const wrapped = WRAPPER_DEFAULTS.get(type);
      return wrapped === undefined ? message : (member('value') ?? wrapped);
    }
  }
}

function valueJson(member: readonly [string, JsonValue] | undefined): JsonValue {
  return member === undefined || member[0] === 'nullValue' ? literal(null) : member[1];
}

/** A number that is written as number or string; NaN where the member is neither. */
function numberOf(value: JsonValue | undefined): number {
  if (value === undefined) return 0;
  return value.kind === 'literal' ? Number(JSON.parse(value.text)) : Number.NaN;
}

function textsOf(value: JsonValue | undefined): string[] {
  if (value?.kind !== 'array') return [];
  return value.items.map((item) => (item.kind === 'literal' ? String(JSON.parse(item.text)) : ''));
}

function timestamp(seconds: number, nanos: number): JsonValue | null {
  if (!(seconds >= FIRST_SECOND && seconds <= LAST_SECOND && nanos >= 0 && nanos < 1e9)) return null;
  return literal(`${new Date(seconds * 1000).toISOString().slice(0, -5)}${fraction(nanos)}Z`);
}

function duration(seconds: number, nanos: number): JsonValue | null {
  if (!Number.isSafeInteger(seconds) || !(Math.abs(nanos) < 1e9) || seconds * nanos < 0) return null;
  const sign = seconds < 0 || nanos < 0 ? '-' : '';
  return literal(`${sign}${Math.abs(seconds)}${fraction(Math.abs(nanos))}s`);
}

/** `.5` in groups of three digits: `.500`. */
function fraction(nanos: number): string {
  if (nanos === 0) return '';
  return `.${String(nanos)
    .padStart(9, '0')
    .replace(/(000){1,2}$/, '')}`;
}
