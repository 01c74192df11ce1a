import { plainBytes } from '../bytes/plain-bytes.ts';
import { StreamFormatError } from './document-splitter.ts';
import { EmbeddedDocument } from './read-bson.ts';

/** Typed access to the fields of a BSON document. What is missing or of another type is a `StreamFormatError` that names it. */
export class Fields {
  private readonly values: Readonly<Record<string, unknown>>;
  private readonly path: string;

  constructor(values: Readonly<Record<string, unknown>>, path: string) {
    this.values = values;
    this.path = path;
  }

  has(name: string): boolean {
    return Object.hasOwn(this.values, name);
  }

  text(name: string): string {
    const value = this.values[name];
    return typeof value === 'string' ? value : this.fail(name, 'a string');
  }

  oneOf<const T extends string>(name: string, allowed: readonly T[]): T {
    const value = this.values[name];
    return allowed.find((candidate) => candidate === value) ?? this.fail(name, `one of ${allowed.join(', ')}`);
  }

  boolean(name: string): boolean {
    const value = this.values[name];
    return typeof value === 'boolean' ? value : this.fail(name, 'a boolean');
  }

  /** A whole number of 0 or more, in any of BSON's numeric types. */
  integer(name: string): number {
    const value = this.values[name];
    const number = typeof value === 'bigint' ? Number(value) : value;
    return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
      ? number
      : this.fail(name, 'a whole number');
  }

  long(name: string): bigint {
    const value = this.values[name];
    if (typeof value === 'bigint') return value;
    return typeof value === 'number' && Number.isSafeInteger(value) ? BigInt(value) : this.fail(name, 'a whole number');
  }

  bytes(name: string): Uint8Array {
    const value = this.values[name];
    return value instanceof Uint8Array ? plainBytes(value) : this.fail(name, 'binary');
  }

  texts(name: string): string[] {
    return this.list(name).map((value) => (typeof value === 'string' ? value : this.fail(name, 'an array of strings')));
  }

  document(name: string): Fields {
    const value = this.values[name];
    return isRecord(value) ? new Fields(value, `${this.path}${name}.`) : this.fail(name, 'a document');
  }

  /** A document that `readBson` was told to leave unread. */
  unread(name: string): EmbeddedDocument {
    const value = this.values[name];
    return value instanceof EmbeddedDocument ? value : this.fail(name, 'a document');
  }

  documents(name: string): Fields[] {
    return this.list(name).map((value, index) =>
      isRecord(value) ? new Fields(value, `${this.path}${name}.${index}.`) : this.fail(name, 'an array of documents'),
    );
  }

  private list(name: string): readonly unknown[] {
    const value = this.values[name];
    return Array.isArray(value) ? value : this.fail(name, 'an array');
  }

  private fail(name: string, expected: string): never {
    const found = this.has(name) ? 'is not' : 'is missing; it should be';
    throw new StreamFormatError(`the field ${this.path}${name} ${found} ${expected}`);
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Uint8Array);
}
