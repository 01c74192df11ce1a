import { resolve } from 'node:path';
import { InvalidFilter } from '../../app/filter/invalid-filter.ts';
import { plainJson } from '../../app/flows/plain-text.ts';
import { flowDetail } from '../engine/api/flow-detail.ts';
import { RequestError } from '../engine/api/request-error.ts';
import { diameterDictionary } from '../engine/diameter-dictionary.ts';
import { standardInput } from '../engine/session/capture-bytes.ts';
import { Session } from '../engine/session/session.ts';
import { Workspace } from '../engine/session/workspace.ts';
import { complain } from './complain.ts';
import { exitCodes } from './exit-codes.ts';
import { type NamedField, namedField } from './field-values.ts';
import { fieldsLine, textLine } from './flow-lines.ts';
import { type FlowFormat, FlowPrinter } from './flow-printer.ts';
import { temporaryFolder } from './temporary-folder.ts';

export interface ReadOptions {
  readonly filter: string;
  /** Goes on reading when the file grows. */
  readonly follow: boolean;
  readonly format: 'text' | 'json' | 'fields';
  readonly field: readonly string[];
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

/** Prints the flows of a capture file, or of what comes on standard input. Returns the exit code. */
export async function read(file: string, options: ReadOptions): Promise<number> {
  const fields = namedFields(options.field);
  if (typeof fields === 'string') {
    complain(`There is no field ${fields}: docs/filter.md lists them, and those that take a name in brackets.`);
    return exitCodes.usage;
  }
  if (options.format === 'fields' && fields.length === 0) {
    complain('-T fields needs at least one field: -e FIELD.');
    return exitCodes.usage;
  }
  const stop = new AbortController();
  // Bodies are spilled there: they go when the reader closes the pipe and when the user stops it, too.
  const workspace = new Workspace(temporaryFolder());
  for (const [signal, number] of [
    ['SIGINT', 2],
    ['SIGTERM', 15],
  ] as const)
    process.on(signal, () => {
      // What is followed has no end but this: what it has until then is printed. The second time is meant.
      if (!options.follow || stop.signal.aborted) process.exit(128 + number);
      stop.abort();
    });
  const session = Session.ofFile(workspace, file === standardInput ? file : resolve(file));
  try {
    const isLive = options.follow || file === standardInput;
    const printer = new FlowPrinter(session, options.filter, {
      format: formatOf(session, options, fields),
      write,
      patience: isLive ? livePatience : Number.POSITIVE_INFINITY,
      now: () => performance.now(),
    });
    // A flow that grows old is printed though nothing comes that would tell of a step.
    const ticking = isLive ? livePatience : null;
    await readAndPrint(session, printer, stop.signal, { follow: options.follow && file !== standardInput, ticking });
    for (const problem of session.fileProblems) complain(problem.text);
    for (const problem of session.flows.problems) complain(`${problem.severity}: ${problem.text}`);
    const isDamaged = session.fileProblems.some((problem) => problem.severity !== 'note');
    if (isDamaged && session.packets === 0) return exitCodes.unreadable;
    await printer.finish();
    return isDamaged ? exitCodes.damaged : exitCodes.success;
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
    await session.close();
  }
}

/** How long an open flow may hold up those after it where somebody watches. Milliseconds. */
const livePatience = 1000;

/** Prints what is over by then at each step of the reading, which goes on meanwhile, and every `ticking` milliseconds. */
async function readAndPrint(
  session: Session,
  printer: FlowPrinter,
  stop: AbortSignal,
  { follow, ticking }: { readonly follow: boolean; readonly ticking: number | null },
): Promise<void> {
  let wake = (): void => {};
  let isReading = true;
  /** Something came since the printer began to look, which it may have missed. */
  let isNew = false;
  const step = () => {
    isNew = true;
    wake();
  };
  const ticker = ticking === null ? undefined : setInterval(step, ticking);
  const reading = session.read(stop, step, follow).finally(() => {
    clearInterval(ticker);
    isReading = false;
    step();
  });
  // Told below, when what came before it was printed.
  reading.catch(() => {});
  while (isReading) {
    if (!isNew) {
      await new Promise<void>((resolve) => {
        wake = resolve;
      });
    }
    isNew = false;
    await printer.advance();
  }
  await reading;
}

function formatOf(session: Session, { format }: ReadOptions, fields: readonly NamedField[]): FlowFormat {
  const { flows, spill } = session;
  if (format === 'json') {
    const dictionary = diameterDictionary();
    const line = (id: number) => `\n${plainJson(flowDetail(id, { flows, spill, dictionary }))}`;
    return { line, begin: '[', separator: ',', end: '\n]\n' };
  }
  const line = (id: number) => {
    const row = flows.index.get(id);
    // Ends with its line break, so that a reader of lines gets it at once.
    return `${format === 'fields' ? fieldsLine(row, fields, flows.details) : textLine(row)}\n`;
  };
  return { line, begin: '', separator: '', end: '' };
}

function write(text: string): Promise<void> {
  return new Promise((done) => {
    process.stdout.write(text, () => done());
  });
}
