import { resolve } from 'node:path';
import { InvalidFilter } from '../../app/filter/invalid-filter.ts';
import { RequestError } from '../engine/api/request-error.ts';
import { type SaveFormat, saveAs } from '../engine/session/save-as.ts';
import { Session } from '../engine/session/session.ts';
import { Workspace } from '../engine/session/workspace.ts';
import { exitCodes } from './exit-codes.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ConvertOptions {
  readonly filter: string;
}

/** The format by the ending of the file to be written; null for another. */
function formatOf(path: string): SaveFormat | null {
  const ending = /\.(pcapng|har)$/i.exec(path)?.[1]?.toLowerCase();
  return (ending as SaveFormat | undefined) ?? null;
}

function complain(message: string): void {
  console.error(`packet-inspector: ${message}`);
}

/** Writes the flows of a capture file that match in another format. Returns the exit code. */
export async function convert(from: string, to: string, { filter }: ConvertOptions): Promise<number> {
  const format = formatOf(to);
  if (format === null) {
    complain(`${to}: the ending says what is written: .pcapng or .har.`);
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
    console.log(`${to}: ${flows} flows, ${bytes} bytes`);
    return isDamaged ? exitCodes.damaged : exitCodes.success;
  } catch (error) {
    if (error instanceof InvalidFilter) {
      complain(`filter: ${error.message}`);
      return exitCodes.usage;
    }
    if (!(error instanceof RequestError)) throw error;
    complain(error.message);
    return error.code === 'file.write' || error.code === 'file.same' ? exitCodes.failed : exitCodes.unreadable;
  } finally {
    await session.close();
  }
}
