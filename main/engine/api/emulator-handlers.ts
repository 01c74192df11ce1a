import type { Handlers } from '../../../app/api/contract.ts';
import type { SavePermits } from '../../save-permit.ts';
import { type Readings, wanted } from '../emulator/readings.ts';
import { saveFiles } from '../emulator/save-files.ts';
import type { Transfers } from '../serve/transfers.ts';
import type { Saving } from '../session/saving.ts';
import { savePlace } from './save-place.ts';

export interface EmulatorHandlerOptions {
  readonly readings: Readings;
  readonly saving: Saving;
  readonly permits: SavePermits | null;
  readonly transfers: Transfers | null;
}

type EmulatorRequest = Extract<keyof Handlers, `emulator.${string}`>;

/** The requests about captures that analysis emulators have in their pods. */
export function emulatorHandlers({
  readings,
  saving,
  permits,
  transfers,
}: EmulatorHandlerOptions): Pick<Handlers, EmulatorRequest> {
  return {
    'emulator.list': ({ id, name, limit }) => readings.list(id, name, limit),
    'emulator.read': ({ follow, ...selection }) => readings.begin(selection, follow),
    'emulator.stop': () => {
      readings.stop();
      return {};
    },
    'emulator.state': () => ({ reading: readings.state }),
    'emulator.save': async ({ target, ...selection }) => {
      const { path, offer } = savePlace(target, permits, transfers);
      const isWanted = wanted(selection);
      const source = await readings.source(selection.id);
      const saved = await saving.run((watch) => saveFiles(source, isWanted, path, watch));
      return { ...saved, ...offer(`${selection.id}.bson`) };
    },
  };
}
