import { plainJson } from '../app/flows/plain-text.ts';

/** How much a line matters. */
export type LogLevel = 'debug' | 'info' | 'warning' | 'error';

/** Facts of a line, as JSON. Never a header value, a body or a key. */
export type LogFields = Readonly<Record<string, string | number | boolean | null>>;

/** Writes one line for each call. */
export interface Log {
  debug(message: string, fields?: LogFields): void;
  info(message: string, fields?: LogFields): void;
  warning(message: string, fields?: LogFields): void;
  error(message: string, fields?: LogFields): void;
}

const ORDER: readonly LogLevel[] = ['debug', 'info', 'warning', 'error'];

/** One JSON object a line, as log collectors in a cluster read it: `{"time":…,"level":…,"program":…,"message":…}`. */
export function createJsonLog(program: string, least: LogLevel, write: (line: string) => void): Log {
  const at = (level: LogLevel) => (message: string, fields?: LogFields) => {
    if (ORDER.indexOf(level) < ORDER.indexOf(least)) return;
    write(`${plainJson({ time: new Date().toISOString(), level, program, message, ...bounded(fields) })}\n`);
  };
  return { debug: at('debug'), info: at('info'), warning: at('warning'), error: at('error') };
}

/** Longest text of a field: what others say of themselves is no way to fill a node's disk. Characters. */
const longestText = 2_000;

function bounded(fields: LogFields = {}): LogFields {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [
      name,
      typeof value === 'string' && value.length > longestText ? `${value.slice(0, longestText)}…` : value,
    ]),
  );
}

/** For a program's own process: lines go to standard error. */
export function createProcessLog(program: string, least: LogLevel = 'info'): Log {
  return createJsonLog(program, least, (line) => process.stderr.write(line));
}

/** What a thrown value says, for a log line. */
export function errorText(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  // The errors of several addresses tried in turn carry no message of their own.
  if (error instanceof AggregateError && error.message === '') return error.errors.map(errorText).join('; ');
  return error.message;
}
