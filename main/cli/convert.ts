import { resolve } from 'node:path';
import { saveFormatOf, saveFormats } from '../../app/api/save-formats.ts';
import { InvalidFilter } from '../../app/filter/invalid-filter.ts';
import { plainLine } from '../../app/flows/plain-text.ts';
import { RequestError } from '../engine/api/request-error.ts';
import { saveAs } from '../engine/session/save-as.ts';
import { Session } from '../engine/session/session.ts';
import { Workspace } from '../engine/session/workspace.ts';
import { complain } from './complain.ts';
import { exitCodes } from './exit-codes.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ConvertOptions {
  readonly filter: string;
}

/** Writes the flows of a capture file that match in another format. Returns the exit code. */
export async function convert(from: string, to: string, { filter }: ConvertOptions): Promise<number> {
  const format = saveFormatOf(to);
  if (format === null) {
    const endings = saveFormats.map((ending) => `.${ending}`).join(', ');
    complain(`${to}: the extension selects the format: use one of ${endings}.`);
    return exitCodes.usage;
  }
  const workspace = new Workspace(temporaryFolder());
  const session = Session.ofFile(workspace, resolve(from));
  const { signal } = new AbortController();
  try {
    session.flows.index.query(filter, { column: 'id', descending: false });
    await session.read(signal, () => {});
    for (const { text } of session.fileProblems) complain(text);
    const isDamaged = session.fileProblems.some(({ severity }) => severity !== 'note');
    if (isDamaged && session.packets === 0) return exitCodes.unreadable;
    const { flows, bytes } = await saveAs(format, session, filter, resolve(to), { signal, progress: () => {} });
    console.log(`${plainLine(to)}: ${flows} flows, ${bytes} bytes`);
    return isDamaged ? exitCodes.damaged : exitCodes.success;
  } catch (error) {
    if (error instanceof InvalidFilter) {
      complain(`filter: ${error.message}`);
      return exitCodes.usage;
    }
    if (!(error instanceof RequestError)) throw error;
    complain(error.message);
    const ofWriting = ['file.write', 'file.same', 'save.link-type'].includes(error.code);
    return ofWriting ? exitCodes.failed : exitCodes.unreadable;
  } finally {
    await session.close();
  }
}
