import type { Handlers } from '../../../app/api/contract.ts';
import type { SchemaStore } from '../schema/schema-store.ts';
import type { SettingsStore } from '../settings/settings-store.ts';

export interface SchemaHandlerOptions {
  readonly schemas: SchemaStore;
  readonly settings: SettingsStore;
}

/** The requests about message types for gRPC. */
export function schemaHandlers({ schemas, settings }: SchemaHandlerOptions) {
  return {
    'schema.info': () => schemas.info(),
    'schema.load': async ({ paths }) => {
      const info = await schemas.load(paths);
      settings.set({ protoPaths: paths });
      return info;
    },
  } satisfies Partial<Handlers>;
}
