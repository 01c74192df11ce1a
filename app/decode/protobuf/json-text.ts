import { toBase64 } from '../../bytes/base64.ts';
import { joinBytes } from '../../bytes/join.ts';
import type { Problem } from '../../model/problem.ts';
import { googleTypes } from './google-types.ts';
import { guessField } from './guess.ts';
import { enumJson, scalarJson, wireTypeOf } from './json-scalar.ts';
import { type JsonValue, literal, writeJson } from './json-value.ts';
import type { ProtobufText } from './raw-text.ts';
import type { FieldSchema, FieldType, MessageSchema, ProtobufSchema } from './schema.ts';
import { TextWriter } from './text-writer.ts';
import { wellKnownJson } from './well-known-json.ts';
import { DELIMITED, GROUP_START, readPackedValues, readWireFields, VARINT, type WireField } from './wire-reader.ts';

/** Nested messages that are followed: the bound that the decoders of protobuf have themselves. */
const MAX_DEPTH = 100;
/** Values of one message that are decoded; more is no message that a person reads. */
const MAX_VALUES = 50_000;

/** Stands for a field that is not on the wire and so has its default value. */
const ABSENT: WireField = { number: 0, wireType: VARINT, bits: 0n, bytes: new Uint8Array(0), range: [0, 0] };

const ANY = 'google.protobuf.Any';

/**
 * A message of a known type as JSON by the mapping of https://protobuf.dev/programming-guides/json/, as grpcurl writes it and
 * takes it. Fields that the type does not have stand under their number, with their type guessed. What a broken message has
 * before the break is shown.
 *
 * @param type full name; when it is not known, all fields are shown by their numbers
 */
export function protobufJsonText(
  bytes: Uint8Array,
  type: string,
  schema: ProtobufSchema | null,
  maximumText: number,
): ProtobufText {
  const decoder = new JsonDecoder(schema);
  const value = decoder.message(bytes, type, 0);
  const writer = new TextWriter(maximumText);
  writeJson(value, writer);
  for (const { text } of decoder.problems) writer.line(`# ${text}`);
  return { text: writer.toString(), problems: decoder.problems };
}

class JsonDecoder {
  readonly problems: Problem[] = [];
  private readonly schema: ProtobufSchema | null;
  private valuesLeft = MAX_VALUES;

  constructor(schema: ProtobufSchema | null) {
    this.schema = schema;
  }

  message(bytes: Uint8Array, name: string, depth: number): JsonValue {
    if (depth > MAX_DEPTH) return literal(toBase64(bytes.subarray(0, 1024)));
    const { fields, problem } = readWireFields(bytes, Math.max(0, this.valuesLeft));
    this.valuesLeft -= fields.length;
    if (problem !== null && this.problems.length === 0) this.problems.push(problem);
    if (name === ANY) return this.any(fields, depth);
    const members = this.members(fields, this.schema?.message(name) ?? googleTypes.get(name), depth);
    return wellKnownJson(name, { kind: 'object', members });
  }

  /** Fields in the order in which the first of each number stands in the message. */
  private members(fields: readonly WireField[], type: MessageSchema | undefined, depth: number): [string, JsonValue][] {
    const byNumber = new Map<number, WireField[]>();
    for (const field of fields) {
      const same = byNumber.get(field.number);
      if (same === undefined) byNumber.set(field.number, [field]);
      else same.push(field);
    }
    const members: [string, JsonValue][] = [];
    for (const [number, occurrences] of byNumber) {
      const known = type?.fields.get(number);
      const fitting = known === undefined ? [] : this.fitting(known, occurrences);
      if (known !== undefined && fitting.length > 0) members.push([known.name, this.known(known, fitting, depth)]);
      const strange = known === undefined ? occurrences : occurrences.filter((field) => !isFitting(known, field));
      if (strange.length > 0) members.push([String(number), this.unknown(strange, depth)]);
    }
    return members;
  }

  /** Occurrences with a wire type that the field can have, packed ones taken apart. */
  private fitting(known: FieldSchema, occurrences: readonly WireField[]): readonly WireField[] {
    const wireType = wireTypeOf(known.type);
    const fitting: WireField[] = [];
    for (const field of occurrences) {
      if (!isFitting(known, field)) continue;
      if (known.mapKey !== undefined || field.wireType === wireType || field.wireType === GROUP_START) {
        fitting.push(field);
        continue;
      }
      const values = readPackedValues(field.bytes, wireType, this.valuesLeft);
      this.valuesLeft -= values.length;
      for (const value of values) fitting.push(value);
    }
    return fitting;
  }

  private known(known: FieldSchema, fields: readonly WireField[], depth: number): JsonValue {
    const { type, repeated, mapKey } = known;
    if (mapKey !== undefined) {
      return { kind: 'object', members: fields.map((entry) => this.mapEntry(entry.bytes, known, depth)) };
    }
    if (repeated) return { kind: 'array', items: fields.map((field) => this.value(field, type, depth)) };
    // Of a scalar the last one counts, messages are merged, which their bytes in a row do.
    const last = fields.at(-1)!;
    if (type.kind !== 'message' || fields.length === 1) return this.value(last, type, depth);
    return this.message(joinBytes(fields.map(({ bytes }) => bytes)), type.name, depth + 1);
  }

  private mapEntry(bytes: Uint8Array, { type, mapKey }: FieldSchema, depth: number): [string, JsonValue] {
    const { fields } = readWireFields(bytes, 16);
    const part = (wanted: number, wireType: number) =>
      fields.findLast((field) => field.number === wanted && field.wireType === wireType) ?? ABSENT;
    const key = scalarJson(mapKey!, part(1, wireTypeOf({ kind: 'scalar', scalar: mapKey! })));
    const name = key.kind === 'literal' ? String(JSON.parse(key.text)) : '';
    return [name, this.value(part(2, wireTypeOf(type)), type, depth)];
  }

  private value(field: WireField, type: FieldType, depth: number): JsonValue {
    switch (type.kind) {
      case 'scalar':
        return scalarJson(type.scalar, field);
      case 'enum':
        return enumJson(type.names, field.bits);
      case 'message':
        return this.message(field.bytes, type.name, depth + 1);
    }
  }

  /** The message inside, where its type is known, beside `@type`. */
  private any(fields: readonly WireField[], depth: number): JsonValue {
    const bytesOf = (number: number) => fields.findLast((field) => field.number === number)?.bytes ?? new Uint8Array(0);
    const url = new TextDecoder().decode(bytesOf(1));
    const content = this.message(bytesOf(2), url.slice(url.lastIndexOf('/') + 1), depth + 1);
    const type = ['@type', literal(url)] as const;
    if (content.kind === 'object') return { kind: 'object', members: [type, ...content.members] };
    return { kind: 'object', members: [type, ['value', content]] };
  }

  private unknown(fields: readonly WireField[], depth: number): JsonValue {
    const items = fields.map((field) => this.guessed(field, depth));
    return items.length === 1 ? items[0]! : { kind: 'array', items };
  }

  private guessed(field: WireField, depth: number): JsonValue {
    if (field.wireType !== DELIMITED && field.wireType !== GROUP_START)
      return { kind: 'literal', text: String(field.bits) };
    const guessed = guessField(field);
    if (guessed.kind === 'string') return literal(guessed.text);
    if (guessed.kind === 'bytes' || depth >= MAX_DEPTH) return literal(toBase64(field.bytes));
    this.valuesLeft -= guessed.fields.length;
    if (this.valuesLeft <= 0) return literal(toBase64(field.bytes.subarray(0, 1024)));
    return { kind: 'object', members: this.members(guessed.fields, undefined, depth + 1) };
  }
}

function isFitting({ type, repeated, mapKey }: FieldSchema, { wireType }: WireField): boolean {
  const wanted = wireTypeOf(type);
  if (mapKey !== undefined) return wireType === DELIMITED;
  if (wireType === wanted || (type.kind === 'message' && wireType === GROUP_START)) return true;
  return repeated && wanted !== DELIMITED && wireType === DELIMITED;
}
