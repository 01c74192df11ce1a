import type { Problem } from '../../model/problem.ts';
import { type FieldSchema, type FieldType, jsonNameOf, type ScalarType, type SchemaTables } from './schema.ts';
import { DELIMITED, readWireFields, VARINT, type WireField } from './wire-reader.ts';

/** Scalar types by the numbers of FieldDescriptorProto.Type; 10 group, 11 message and 14 enum have names of their own. */
const SCALARS: ReadonlyMap<number, ScalarType> = new Map([
  [1, 'double'],
  [2, 'float'],
  [3, 'int64'],
  [4, 'uint64'],
  [5, 'int32'],
  [6, 'fixed64'],
  [7, 'fixed32'],
  [8, 'bool'],
  [9, 'string'],
  [12, 'bytes'],
  [13, 'uint32'],
  [15, 'sfixed32'],
  [16, 'sfixed64'],
  [17, 'sint32'],
  [18, 'sint64'],
]);

const ENUM = 14;
const REPEATED = 3;

/** Elements of one message of a descriptor that are read. */
const MAX_FIELDS = 100_000;
const MAX_DEPTH = 64;

/** A message type as it stands in the descriptor: types of fields are known only when all of the set was read. */
interface MessageDescriptor {
  readonly name: string;
  readonly fields: readonly Descriptor[];
  /** Made for a map field: 1 is its key, 2 its value. */
  readonly isMapEntry: boolean;
}

/**
 * Adds the types and methods of a FileDescriptorSet, as `protoc --descriptor_set_out --include_imports` and
 * `buf build -o` write it. What is broken is left out and told.
 * https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
 */
export function readDescriptorSet(bytes: Uint8Array, tables: SchemaTables): Problem[] {
  const set = new Descriptor(bytes);
  const reader = new DescriptorReader();
  for (const file of set.messages(1)) reader.file(file);
  reader.fill(tables);
  if (reader.messages.size === 0) {
    return [
      { severity: 'error', code: 'schema.empty', text: 'This is not a descriptor set: it has no message types.' },
    ];
  }
  return set.problem === null ? [] : [set.problem];
}

interface MethodDescriptor {
  readonly path: string;
  /** Full name of the service. */
  readonly scope: string;
  readonly request: string;
  readonly answer: string;
}

/** Access to the fields of one message of the descriptor by number. */
class Descriptor {
  readonly problem: Problem | null;
  private readonly fields: readonly WireField[];

  constructor(bytes: Uint8Array) {
    ({ fields: this.fields, problem: this.problem } = readWireFields(bytes, MAX_FIELDS));
  }

  messages(number: number): Descriptor[] {
    return this.fields
      .filter((field) => field.number === number && field.wireType === DELIMITED)
      .map(({ bytes }) => new Descriptor(bytes));
  }

  text(number: number): string {
    const field = this.fields.findLast((each) => each.number === number && each.wireType === DELIMITED);
    return field === undefined ? '' : new TextDecoder().decode(field.bytes);
  }

  number(number: number): number {
    const field = this.fields.findLast((each) => each.number === number && each.wireType === VARINT);
    return field === undefined ? 0 : Number(BigInt.asIntN(32, field.bits));
  }
}

class DescriptorReader {
  readonly messages = new Map<string, MessageDescriptor>();
  readonly methods: MethodDescriptor[] = [];
  private readonly enums = new Map<string, ReadonlyMap<number, string>>();

  file(file: Descriptor): void {
    const scope = file.text(2);
    for (const message of file.messages(4)) this.message(message, scope, 0);
    for (const each of file.messages(5)) this.enumeration(each, scope);
    for (const service of file.messages(6)) {
      const name = inScope(scope, service.text(1));
      for (const method of service.messages(2)) {
        const path = `/${name}/${method.text(1)}`;
        this.methods.push({ path, scope: name, request: method.text(2), answer: method.text(3) });
      }
    }
  }

  fill(tables: SchemaTables): void {
    for (const { name, fields } of this.messages.values()) {
      const known = fields.map((field) => this.field(field, name)).filter((field) => field !== null);
      tables.addMessage({ name, fields: new Map(known.map((field) => [field.number, field])) });
    }
    for (const { path, scope, request, answer } of this.methods) {
      tables.addMethod(path, { request: this.resolve(request, scope), answer: this.resolve(answer, scope) });
    }
  }

  private message(message: Descriptor, scope: string, depth: number): void {
    const name = inScope(scope, message.text(1));
    const isMapEntry = message.messages(7)[0]?.number(7) === 1;
    this.messages.set(name, { name, fields: message.messages(2), isMapEntry });
    for (const each of message.messages(4)) this.enumeration(each, name);
    if (depth < MAX_DEPTH) for (const nested of message.messages(3)) this.message(nested, name, depth + 1);
  }

  private enumeration(descriptor: Descriptor, scope: string): void {
    const names = new Map<number, string>();
    for (const value of descriptor.messages(2)) {
      // Of several names for a number the first is the usual one.
      if (!names.has(value.number(2))) names.set(value.number(2), value.text(1));
    }
    this.enums.set(inScope(scope, descriptor.text(1)), names);
  }

  private field(field: Descriptor, scope: string): FieldSchema | null {
    const type = this.typeOf(field, scope);
    if (type === null) return null;
    const name = field.text(10) || jsonNameOf(field.text(1));
    const common = { number: field.number(3), name, repeated: field.number(4) === REPEATED };
    const entry = type.kind === 'message' ? this.messages.get(type.name) : undefined;
    if (!entry?.isMapEntry) return { ...common, type };
    const [key, value] = [1, 2].map((number) => entry.fields.find((each) => each.number(3) === number));
    const valueType = value === undefined ? null : this.typeOf(value, entry.name);
    const mapKey = SCALARS.get(key?.number(5) ?? 0);
    return valueType === null || mapKey === undefined ? { ...common, type } : { ...common, type: valueType, mapKey };
  }

  private typeOf(field: Descriptor, scope: string): FieldType | null {
    const type = field.number(5);
    const scalar = SCALARS.get(type);
    if (scalar !== undefined) return { kind: 'scalar', scalar };
    const name = this.resolve(field.text(6), scope);
    if (name === '') return null;
    return type === ENUM ? { kind: 'enum', names: this.enums.get(name) ?? new Map() } : { kind: 'message', name };
  }

  /** The full name of a type. Names without leading dot are looked for from the innermost scope outwards, as in C++. */
  private resolve(name: string, scope: string): string {
    if (name.startsWith('.')) return name.slice(1);
    for (let outer = scope; outer !== ''; outer = outer.slice(0, Math.max(0, outer.lastIndexOf('.')))) {
      const full = `${outer}.${name}`;
      if (this.messages.has(full) || this.enums.has(full)) return full;
    }
    return name;
  }
}

function inScope(scope: string, name: string): string {
  return scope === '' ? name : `${scope}.${name}`;
}
