import { toBase64 } from '../../bytes/base64.ts';
import { type JsonValue, literal } from './json-value.ts';
import { float32, float64 } from './number-notes.ts';
import type { FieldType, ScalarType } from './schema.ts';
import { DELIMITED, FIXED32, FIXED64, VARINT, type WireField } from './wire-reader.ts';

/** The wire type that values of a type have when they are not packed. */
export function wireTypeOf(type: FieldType): number {
  if (type.kind === 'message') return DELIMITED;
  if (type.kind === 'enum') return VARINT;
  switch (type.scalar) {
    case 'double':
    case 'fixed64':
    case 'sfixed64':
      return FIXED64;
    case 'float':
    case 'fixed32':
    case 'sfixed32':
      return FIXED32;
    case 'string':
    case 'bytes':
      return DELIMITED;
    default:
      return VARINT;
  }
}

/** A scalar by the JSON mapping: 64-bit integers as strings, bytes in base64. https://protobuf.dev/programming-guides/json/ */
export function scalarJson(scalar: ScalarType, { bits, bytes }: WireField): JsonValue {
  switch (scalar) {
    case 'double':
      return floatJson(float64(bits));
    case 'float':
      return floatJson(float32(bits));
    case 'int32':
    case 'sfixed32':
      return literal(Number(BigInt.asIntN(32, bits)));
    case 'uint32':
    case 'fixed32':
      return literal(Number(BigInt.asUintN(32, bits)));
    case 'int64':
    case 'sfixed64':
      return literal(String(BigInt.asIntN(64, bits)));
    case 'uint64':
    case 'fixed64':
      return literal(String(bits));
    case 'sint32':
      return literal(Number(BigInt.asIntN(32, unzigzag(BigInt.asUintN(32, bits)))));
    case 'sint64':
      return literal(String(unzigzag(bits)));
    case 'bool':
      return literal(bits !== 0n);
    case 'string':
      return literal(new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes));
    case 'bytes':
      return literal(toBase64(bytes));
  }
}

/** An enumerated value by its name, or its number where it has none. */
export function enumJson(names: ReadonlyMap<number, string>, bits: bigint): JsonValue {
  const number = Number(BigInt.asIntN(32, bits));
  return literal(names.get(number) ?? number);
}

function floatJson(value: number): JsonValue {
  return literal(Number.isFinite(value) ? value : String(value));
}

/** https://protobuf.dev/programming-guides/encoding/#signed-ints */
function unzigzag(bits: bigint): bigint {
  return (bits >> 1n) ^ -(bits & 1n);
}
