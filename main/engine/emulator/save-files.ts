import type { EmulatorFile } from '../../../app/mesh/aspen/emulator-files.ts';
import { RequestError } from '../api/request-error.ts';
import type { SaveWatch } from '../session/saving.ts';
import { replaceFile } from '../store/replace-file.ts';
import { DocumentSink } from './document-sink.ts';
import { EmulatorReader } from './reader.ts';
import type { EmulatorSource } from './source.ts';

export interface SavedFiles {
  readonly files: number;
  /** Those that could not be read, or are no BSON. */
  readonly failed: number;
  readonly bytes: number;
}

/**
 * Makes one BSON capture of `.bson` files.
 * @throws RequestError when there is none, or the capture cannot be written
 * @throws AbortError when it is cancelled
 */
export async function saveFiles(
  source: EmulatorSource,
  isWanted: (file: EmulatorFile) => boolean,
  path: string,
  { signal, progress }: SaveWatch,
): Promise<SavedFiles> {
  const listing = await source.list(signal);
  let state = { read: 0, failed: 0 };
  const bytes = await replaceFile(path, async (file) => {
    const sink = new DocumentSink(isWanted, (documents) => file.write(documents));
    const reader: EmulatorReader = new EmulatorReader(source, sink, () => {
      const { read, failed, files } = reader.state;
      progress(read + failed, files);
    });
    await reader.read(listing, signal);
    state = reader.state;
    if (state.read > 0) return;
    const [reason = 'None of them has a .bson file.'] = [
      ...reader.state.failures.map(({ file: { name }, problem }) => `${name}: ${problem}`),
      ...reader.state.problems,
      ...listing.pods.map(({ problem }) => problem).filter((problem) => problem !== ''),
    ];
    throw new RequestError('emulator.nothing', reason);
  });
  return { files: state.read, failed: state.failed, bytes };
}
