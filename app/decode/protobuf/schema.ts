/** Scalar types by their names in .proto files. https://protobuf.dev/programming-guides/proto3/#scalar */
export type ScalarType =
  | 'double'
  | 'float'
  | 'int32'
  | 'int64'
  | 'uint32'
  | 'uint64'
  | 'sint32'
  | 'sint64'
  | 'fixed32'
  | 'fixed64'
  | 'sfixed32'
  | 'sfixed64'
  | 'bool'
  | 'string'
  | 'bytes';

/** What a field holds; of a message only its full name, so that types may hold themselves. */
export type FieldType =
  | { readonly kind: 'scalar'; readonly scalar: ScalarType }
  | { readonly kind: 'enum' /** Names by number. */; readonly names: ReadonlyMap<number, string> }
  | { readonly kind: 'message' /** Full name without leading dot. */; readonly name: string };

export interface FieldSchema {
  readonly number: number;
  /** As in JSON: `orderId` for `order_id`, or what the option `json_name` says. */
  readonly name: string;
  readonly type: FieldType;
  readonly repeated: boolean;
  /** `map<key, …>`: the scalar type of its keys; `type` is that of its values. */
  readonly mapKey?: ScalarType;
}

export interface MessageSchema {
  /** Full name, `google.protobuf.Timestamp`. */
  readonly name: string;
  /** By number. */
  readonly fields: ReadonlyMap<number, FieldSchema>;
}

/** Types of a method's messages, by full name. */
export interface MethodSchema {
  readonly request: string;
  readonly answer: string;
}

/** Message types and methods that were loaded from .proto files or descriptor sets. */
export interface ProtobufSchema {
  /** By full name; undefined when it is not known. */
  message(name: string): MessageSchema | undefined;
  /** By the path of a call, `/package.Service/Method`. */
  method(path: string): MethodSchema | undefined;
}

/** The name that a field has in JSON when no option says another. https://protobuf.dev/programming-guides/json/ */
export function jsonNameOf(fieldName: string): string {
  return fieldName.replace(/_+(.?)/g, (_all, next: string) => next.toUpperCase());
}

/** A schema that is filled from any number of sources; of what is defined twice, the first counts. */
export class SchemaTables implements ProtobufSchema {
  readonly messages = new Map<string, MessageSchema>();
  readonly methods = new Map<string, MethodSchema>();

  addMessage(message: MessageSchema): void {
    if (!this.messages.has(message.name)) this.messages.set(message.name, message);
  }

  addMethod(path: string, method: MethodSchema): void {
    if (!this.methods.has(path)) this.methods.set(path, method);
  }

  message(name: string): MessageSchema | undefined {
    return this.messages.get(name);
  }

  method(path: string): MethodSchema | undefined {
    return this.methods.get(path);
  }
}
