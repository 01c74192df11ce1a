import protobuf from 'protobufjs';
import { googleTypes } from '../../../app/decode/protobuf/google-types.ts';
import {
  type FieldSchema,
  type FieldType,
  jsonNameOf,
  type ScalarType,
  type SchemaTables,
} from '../../../app/decode/protobuf/schema.ts';
import type { Problem } from '../../../app/model/problem.ts';

/** A .proto file: its path within what was loaded, and its text. */
export interface ProtoSource {
  readonly name: string;
  readonly text: string;
}

/**
 * Adds the types and methods of .proto files. They are parsed as one: what a file imports is found by its full name,
 * wherever it stands. A file that cannot be parsed is told and left out; a field whose type is missing is shown by its number.
 */
export function addProtoSources(sources: readonly ProtoSource[], tables: SchemaTables): Problem[] {
  const problems: Problem[] = [];
  const root = new protobuf.Root();
  for (const { name, text } of sources) {
    try {
      // First by itself, so that a broken file leaves nothing half done in what is common.
      protobuf.parse(text, new protobuf.Root(), { keepCase: true });
      protobuf.parse(text, root, { keepCase: true });
    } catch (error) {
      problems.push({ severity: 'warning', code: 'schema.proto', text: placedMessage(name, error as Error) });
    }
  }
  addNamespace(root, tables);
  return problems;
}

/** `orders.proto:12: illegal token ';'`: the parser puts the line behind its words. */
function placedMessage(name: string, { message }: Error): string {
  const [, words = message, line] = /^(.*) \(line (\d+)\)$/s.exec(message) ?? [];
  return line === undefined ? `${name}: ${words}` : `${name}:${line}: ${words}`;
}

function addNamespace(namespace: protobuf.NamespaceBase, tables: SchemaTables): void {
  for (const nested of namespace.nestedArray) {
    if (nested instanceof protobuf.Type) addMessage(nested, tables);
    if (nested instanceof protobuf.Service) addService(nested, tables);
    if (nested instanceof protobuf.Namespace) addNamespace(nested, tables);
  }
}

function addMessage(type: protobuf.Type, tables: SchemaTables): void {
  const fields = type.fieldsArray.map(fieldOf).filter((field) => field !== null);
  tables.addMessage({ name: fullName(type), fields: new Map(fields.map((field) => [field.number, field])) });
}

function addService(service: protobuf.Service, tables: SchemaTables): void {
  for (const method of service.methodsArray) {
    tables.addMethod(`/${fullName(service)}/${method.name}`, {
      request: messageName(service, method.requestType),
      answer: messageName(service, method.responseType),
    });
  }
}

function fieldOf(field: protobuf.Field): FieldSchema | null {
  const type = typeOf(field);
  if (type === null) return null;
  const name = (field.options?.json_name as string | undefined) ?? jsonNameOf(field.name);
  const common = { number: field.id, name, type, repeated: field.repeated };
  return field instanceof protobuf.MapField ? { ...common, mapKey: field.keyType as ScalarType } : common;
}

/** Null when the type is not in what was loaded. */
function typeOf(field: protobuf.Field): FieldType | null {
  if (Object.hasOwn(protobuf.types.basic, field.type)) {
    return { kind: 'scalar', scalar: field.type as ScalarType };
  }
  const found = field.parent!.lookup(field.type, [protobuf.Type, protobuf.Enum]);
  if (found instanceof protobuf.Enum) {
    // Of several names for a number the first is the usual one.
    return {
      kind: 'enum',
      names: new Map(
        Object.entries(found.values)
          .reverse()
          .map(([name, number]) => [number, name]),
      ),
    };
  }
  if (found instanceof protobuf.Type) return { kind: 'message', name: fullName(found) };
  const name = withoutDot(field.type);
  return googleTypes.has(name) ? { kind: 'message', name } : null;
}

/** The full name of a type that is named within a namespace; as it is written when it was not loaded. */
function messageName(namespace: protobuf.NamespaceBase, name: string): string {
  const found = namespace.lookup(name, [protobuf.Type]);
  return found === null ? withoutDot(name) : fullName(found);
}

function fullName(object: protobuf.ReflectionObject): string {
  return withoutDot(object.fullName);
}

function withoutDot(name: string): string {
  return name.replace(/^\./, '');
}
