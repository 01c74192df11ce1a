import { resolve } from 'node:path';
import { InvalidFilter } from '../../app/filter/invalid-filter.ts';
import { flowDetail } from '../engine/api/flow-detail.ts';
import { RequestError } from '../engine/api/request-error.ts';
import { diameterDictionary } from '../engine/diameter-dictionary.ts';
import { Session } from '../engine/session/session.ts';
import { Workspace } from '../engine/session/workspace.ts';
import { exitCodes } from './exit-codes.ts';
import { type NamedField, namedField } from './field-values.ts';
import { fieldsLine, textLine } from './flow-lines.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ReadOptions {
  readonly filter: string;
  readonly format: 'text' | 'json' | 'fields';
  readonly field: readonly string[];
}

/** Flows printed in one turn. */
const turn = 1000;

function complain(message: string): void {
  console.error(`packet-inspector: ${message}`);
}

/** The fields that were asked for, or the name of the first that there is not. */
function namedFields(names: readonly string[]): readonly NamedField[] | string {
  const fields: NamedField[] = [];
  for (const name of names) {
    const field = namedField(name);
    if (field === null) return name;
    fields.push(field);
  }
  return fields;
}

/** Prints the flows of a capture file. Returns the exit code. */
export async function read(file: string, options: ReadOptions): Promise<number> {
  const fields = namedFields(options.field);
  if (typeof fields === 'string') {
    complain(`${fields} is no field, or its brackets are missing or too many.`);
    return exitCodes.usage;
  }
  if (options.format === 'fields' && fields.length === 0) {
    complain('-T fields needs at least one -e.');
    return exitCodes.usage;
  }
  // Bodies are spilled there: they go when the reader closes the pipe and when the user stops it, too.
  const workspace = new Workspace(temporaryFolder());
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.on(signal, () => process.exit(128 + number));
  const session = Session.ofFile(workspace, resolve(file));
  try {
    // A filter that cannot be used is told before a large file is read.
    session.flows.index.query(options.filter, { column: 'id', descending: false });
    await session.read(new AbortController().signal, () => {});
    return await print(session, options, fields);
  } catch (error) {
    if (error instanceof InvalidFilter) {
      complain(`filter: ${error.message}`);
      return exitCodes.usage;
    }
    if (error instanceof RequestError) {
      complain(error.message);
      return exitCodes.unreadable;
    }
    throw error;
  } finally {
    session.close();
  }
}

async function print(session: Session, options: ReadOptions, fields: readonly NamedField[]): Promise<number> {
  const { flows, spill } = session;
  const damage = session.fileProblems.filter((problem) => problem.severity !== 'note');
  for (const problem of session.fileProblems) complain(problem.text);
  for (const problem of flows.problems) complain(`${problem.severity}: ${problem.text}`);
  if (damage.length > 0 && session.packets === 0) return exitCodes.unreadable;
  const view = flows.index.query(options.filter, { column: 'id', descending: false });
  while (view.advance(turn) > 0);
  const dictionary = options.format === 'json' ? diameterDictionary() : null;
  const line = (id: number): string => {
    if (dictionary !== null) return JSON.stringify(flowDetail(id, { flows, spill, dictionary }));
    const row = flows.index.get(id);
    return options.format === 'fields' ? fieldsLine(row, fields, flows.details) : textLine(row);
  };
  const separator = options.format === 'json' ? ',\n' : '\n';
  await write(options.format === 'json' ? '[\n' : '');
  for (let offset = 0; offset < view.matching; offset += turn) {
    const ids = view.ids(offset, turn);
    const text = ids.map(line).join(separator);
    await write(offset + ids.length < view.matching ? text + separator : `${text}\n`);
  }
  await write(options.format === 'json' ? ']\n' : '');
  return damage.length > 0 ? exitCodes.damaged : exitCodes.success;
}

function write(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
