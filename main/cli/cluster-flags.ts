import { type Command, InvalidArgumentError, Option } from 'commander';
import type { Check, Finding, Step } from '../../app/api/cluster-types.ts';
import { plainJson, plainLines } from '../../app/flows/plain-text.ts';
import type { ClusterDriver } from '../engine/clusters/driver.ts';
import { contextDriver } from '../engine/clusters/kubernetes.ts';
import { chosenContext } from './chosen-context.ts';
import { exitCodeText } from './exit-codes.ts';
import { interruptible } from './interruptible.ts';

export interface ClusterFlags {
  readonly context?: string;
  readonly output: 'text' | 'json';
  readonly helm?: string;
  readonly chart?: string;
  readonly release?: string;
  /** Seconds. */
  readonly timeout?: number;
  readonly ownParts?: boolean;
}

/** @throws InvalidArgumentError */
function seconds(text: string): number {
  const number = Number(text);
  if (!Number.isInteger(number) || number < 1) throw new InvalidArgumentError('not a number of seconds');
  return number;
}

/** The cluster that a command works on. */
export function withContext(command: Command): Command {
  return command.option('--context <name>', 'context of the kubeconfig (default: the current one)');
}

/** The same, and how its release of Aspen Mesh is found. */
export function withRelease(command: Command): Command {
  return withContext(command)
    .option('--helm <path>', 'Aspen Mesh: the helm program, if it is not on PATH')
    .option(
      '--chart <path>',
      'Aspen Mesh: release folder or chart archive, if the release does not keep the whole chart',
    )
    .option('--release <name>', 'Aspen Mesh: the helm release, if there are several')
    .option(
      '--timeout <seconds>',
      'Aspen Mesh: how long helm waits before it takes an upgrade back (default: 300)',
      seconds,
    );
}

/** The same, and by which driver it is switched. */
export function withDriverChoice(command: Command): Command {
  return withRelease(command).option(
    '--own-parts',
    'Aspen Mesh: capture with our own parts instead of its Packet Inspector',
  );
}

/** How a command prints; `failed` says when it exits with 1, where that is more than a reason that is printed. */
export function withOutput(command: Command, failed?: string): Command {
  return command
    .addOption(new Option('-o, --output <format>', 'output format').choices(['text', 'json']).default('text'))
    .addHelpText('after', exitCodeText('success', failed === undefined ? 'failed' : ['failed', failed], 'usage'));
}

export function print(flags: ClusterFlags, value: object, lines: readonly string[]): void {
  console.log(flags.output === 'json' ? plainJson(value, 2) : lines.map(plainLines).join('\n'));
}

export async function withDriver(
  { context, helm, chart, release, timeout, ownParts = false }: ClusterFlags,
  leaseGrace: number | undefined,
  work: (driver: ClusterDriver) => Promise<void>,
): Promise<void> {
  const found = await chosenContext(context);
  const interruption = interruptible();
  const driver = contextDriver(found, {
    eager: true,
    ownParts,
    aspen: () => ({ ...given({ helm, chart, release, timeout }), interruption }),
    ...(leaseGrace === undefined ? {} : { leaseGrace }),
  });
  try {
    await work(driver);
  } finally {
    await driver.close();
  }
}

/** Flags that were given. */
export function given<Flags extends object>(flags: Flags): { [Name in keyof Flags]?: Exclude<Flags[Name], undefined> } {
  return Object.fromEntries(Object.entries(flags).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof given<Flags>
  >;
}

export function checkLine({ result, title, detail, remedy, values }: Check): string {
  const sign = { passed: 'ok', warning: '! ', failed: 'NO' }[result];
  return `  ${sign} ${title}${detail ? `: ${detail}` : ''}${remedy ? `\n     ${remedy}` : ''}${valuesText(values)}`;
}

export function findingText({ severity, title, evidence, remedy, values }: Finding): string {
  return [`${severity}: ${title}`, ...evidence.map((line) => `  | ${line}`), `  ${remedy}${valuesText(values)}`].join(
    '\n',
  );
}

function valuesText(values: string | undefined): string {
  return values ? `\n${values.trimEnd().replace(/^/gm, '       ')}` : '';
}

export function stepLine({ name, milliseconds, detail }: Step): string {
  return `${name}: ${milliseconds} ms${detail ? `, ${detail}` : ''}`;
}
