import type { Handlers } from '../../../app/api/contract.ts';
import type { SchemaInfo } from '../../../app/api/types.ts';
import type { SchemaStore } from '../schema/schema-store.ts';
import type { SettingsStore } from '../settings/settings-store.ts';

export interface SchemaHandlerOptions {
  readonly schemas: SchemaStore;
  readonly settings: SettingsStore;
  readonly onChange: (info: SchemaInfo) => void;
}

/** The requests about message types for gRPC. */
export function schemaHandlers({ schemas, settings, onChange }: SchemaHandlerOptions) {
  return {
    'schema.info': () => schemas.info(),
    'schema.load': async ({ paths }) => {
      const info = await schemas.load(paths);
      settings.set({ protoPaths: paths });
      onChange(info);
      return info;
    },
  } satisfies Partial<Handlers>;
}
