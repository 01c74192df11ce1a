import { readFileSync } from 'node:fs';
import { Command, InvalidArgumentError, Option } from 'commander';
import { errorText } from '../log.ts';
import { parseSocketAddress } from './address.ts';
import { parseBytes } from './memory-limit.ts';

/** Prefix of the environment variables: `--memory-limit` is also `PACKET_INSPECTOR_MEMORY_LIMIT`. */
const ENVIRONMENT_PREFIX = 'PACKET_INSPECTOR_';

/**
 * A program whose options come from flags, else the environment, else a JSON file, else defaults, in this order. Keys of the
 * file are the long flags without dashes: `{ "memory-limit": "256Mi" }`.
 */
export function createProgram(name: string, description: string): Command {
  return new Command(name)
    .description(description)
    .option('--config <file>', 'JSON file with options, by their long names')
    .showHelpAfterError('(see --help)')
    .hook('preAction', (program) => readConfiguration(program));
}

/** An option that the environment can give, too. */
export function option(flags: string, description: string): Option {
  const result = new Option(flags, description);
  return result.env(`${ENVIRONMENT_PREFIX}${result.name().replaceAll('-', '_').toUpperCase()}`);
}

export const toAddress = guarded(parseSocketAddress);
export const toBytes = guarded(parseBytes);
export const toList = (text: string): readonly string[] =>
  text
    .split(',')
    .map((item) => item.trim())
    .filter((item) => item !== '');

/** `90s`, `15m`, `24h`, `7d`, in milliseconds. */
export const toDuration = guarded((text: string): number => {
  const match = /^(\d+(?:\.\d+)?)(ms|s|m|h|d)$/.exec(text);
  if (!match) throw new Error(`"${text}" is not a duration: expected a number with ms, s, m, h or d`);
  const unit = { ms: 1, s: 1e3, m: 60e3, h: 3600e3, d: 86_400e3 }[match[2] ?? ''] ?? 1;
  return Number(match[1]) * unit;
});

/** Ends the program in good order on SIGTERM and SIGINT; a second signal ends it at once. */
export function closeOnSignal(close: () => Promise<void>): void {
  let closing = false;
  const stop = () => {
    if (closing) process.exit(1);
    closing = true;
    close().then(
      () => process.exit(0),
      () => process.exit(1),
    );
  };
  process.on('SIGTERM', stop);
  process.on('SIGINT', stop);
}

function readConfiguration(program: Command): void {
  const file: unknown = program.opts().config;
  if (typeof file !== 'string') return;
  const values = parseConfiguration(program, file);
  for (const [name, value] of Object.entries(values)) {
    const known = program.options.find((candidate) => candidate.name() === name);
    if (!known) program.error(`error: ${file}: there is no option "${name}"`);
    const source = program.getOptionValueSource(known.attributeName());
    if (source === 'cli' || source === 'env') continue;
    program.setOptionValueWithSource(known.attributeName(), convert(program, known, value, file), 'config');
  }
}

function parseConfiguration(program: Command, file: string): Record<string, unknown> {
  try {
    const values: unknown = JSON.parse(readFileSync(file, 'utf8'));
    if (typeof values === 'object' && values !== null && !Array.isArray(values)) return { ...values };
  } catch (error) {
    program.error(`error: ${file} cannot be read: ${errorText(error)}`);
  }
  return program.error(`error: ${file} does not hold a JSON object`);
}

function convert(program: Command, known: Option, value: unknown, file: string): unknown {
  if (typeof value === 'boolean' || !known.parseArg) return value;
  try {
    return known.parseArg(String(value), undefined);
  } catch (error) {
    return program.error(`error: ${file}: ${known.name()}: ${errorText(error)}`);
  }
}

function guarded<T>(parse: (text: string) => T): (text: string) => T {
  return (text) => {
    try {
      return parse(text);
    } catch (error) {
      throw new InvalidArgumentError(errorText(error));
    }
  };
}
