import type { SchemaInfo } from '../../../app/api/types.ts';
import { type ProtobufSchema, SchemaTables } from '../../../app/decode/protobuf/schema.ts';
import { loadSchema } from './load-schema.ts';

/** Holds the message types in use. */
export class SchemaStore {
  #current: ProtobufSchema = new SchemaTables();
  #info: Promise<SchemaInfo>;
  /** Counts the loadings: one that was overtaken changes nothing. */
  #loading = 0;

  /** Begins to load; until that is done there are no types. */
  constructor(paths: readonly string[]) {
    this.#info = this.#replace(paths);
  }

  get current(): ProtobufSchema {
    return this.#current;
  }

  /** What was loaded, when that is done. */
  info(): Promise<SchemaInfo> {
    return this.#info;
  }

  /** Loads anew, in place of what there was. */
  load(paths: readonly string[]): Promise<SchemaInfo> {
    this.#info = this.#replace(paths);
    return this.#info;
  }

  async #replace(paths: readonly string[]): Promise<SchemaInfo> {
    const loading = ++this.#loading;
    const { schema, sources } = await loadSchema(paths);
    if (loading === this.#loading) this.#current = schema;
    return { sources };
  }
}
