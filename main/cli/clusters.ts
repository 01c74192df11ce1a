import { setTimeout as pause } from 'node:timers/promises';
import type { Command } from 'commander';
import type { Remainder } from '../../app/api/cluster-types.ts';
import type { ClusterDriver } from '../engine/clusters/driver.ts';
import { kubeconfigFiles, readContexts } from '../engine/kube/contexts.ts';
import { addCaptureFlags, type CaptureFlags, captureFromFlags, slotOption } from './capture-flags.ts';
import {
  type ClusterFlags,
  checkLine,
  findingText,
  print,
  stepLine,
  withDriver,
  withDriverChoice,
  withOutput,
} from './cluster-flags.ts';
import { exitCodes } from './exit-codes.ts';

/** `clusters`, `enable`, `disable`, `status`, `doctor`: what the buttons do, by the same code. */
export function addClusterCommands(program: Command): void {
  withOutput(program.command('clusters').description('list the contexts of the kubeconfig files')).action(
    async (flags: ClusterFlags) => {
      const { contexts, current, problems } = await readContexts(kubeconfigFiles());
      const clusters = contexts.map(({ name, problem }) => ({ name, current: name === current, problem }));
      print(flags, { clusters, problems }, [
        ...clusters.map((one) => `${one.current ? '*' : ' '} ${one.name}${one.problem ? `  ${one.problem}` : ''}`),
        ...problems,
      ]);
    },
  );

  withOutput(
    addCaptureFlags(withDriverChoice(program.command('enable').description('switch capture on, for a limited time'))),
    'failed; the reason is printed, and whatever was changed is taken back',
  ).action(async (flags: ClusterFlags & CaptureFlags) => {
    // What is wrong with the flags is said before the cluster is asked for anything.
    const { minutes } = await captureFromFlags(flags);
    // This program ends and renews nothing: the lease is for the whole time.
    await withDriver(flags, (minutes ?? 30) * 60, async (driver) => {
      await driver.enable(await captureFromFlags(flags, await driver.proposedCapture()));
      const { steps, until, holder } = driver.status();
      const end = until === null ? null : new Date(until).toISOString();
      print(flags, { capturing: true, holder, until: end, steps }, [
        ...steps.map(stepLine),
        end === null
          ? 'Capturing until you run packet-inspector disable: nothing in this cluster ends it.'
          : `Capturing until ${end}; packet-inspector disable ends it earlier.`,
      ]);
    });
  });

  withOutput(
    withDriverChoice(
      program.command('disable').description('switch capture off and remove everything, or all but the slot'),
    ),
    'failed, or something is left; the reason is printed',
  )
    .addOption(slotOption())
    .action(async (flags: ClusterFlags & Pick<CaptureFlags, 'slot'>) => {
      await withDriver(flags, undefined, async (driver) => {
        const remainder = await driver.disable(flags.slot);
        print(flags, { capturing: false, remainder }, remainderLines(remainder));
        if (remainder.left.length > 0) process.exitCode = exitCodes.failed;
      });
    });

  withOutput(
    addCaptureFlags(
      withDriverChoice(
        program
          .command('status')
          .description('show what is captured, and check what capturing with these options needs'),
      ),
    ),
  ).action(async (flags: ClusterFlags & CaptureFlags) => {
    await captureFromFlags(flags);
    await withDriver(flags, undefined, async (driver) => {
      const capture = await captureFromFlags(flags, await driver.proposedCapture().catch(() => undefined));
      const { checks, ready } = await driver.preflight(capture);
      const { capture: state, summary, pods, until, holder, slotInPlace, problem } = await settled(driver);
      print(flags, { state, summary, pods, until, holder, slotInPlace, problem, ready, checks }, [
        `${driver.name}: ${state}${holder ? ` by ${holder}` : ''}${state === 'off' && slotInPlace ? ', slot in place' : ''}, ${summary}${problem ? `, ${problem}` : ''}`,
        ...checks.map(checkLine),
      ]);
    });
  });

  withOutput(
    withDriverChoice(program.command('doctor').description('find out why nothing, or too little, comes')),
  ).action(async (flags: ClusterFlags) => {
    await withDriver(flags, undefined, async (driver) => {
      const findings = await driver.doctor();
      print(flags, { findings }, findings.length === 0 ? ['Nothing is wrong.'] : findings.map(findingText));
    });
  });
}

/** The driver's first look at the cluster. */
async function settled(driver: ClusterDriver) {
  for (let attempts = 0; attempts < 100 && driver.status().summary === 'connecting…'; attempts++) await pause(100);
  return driver.status();
}

function remainderLines({ looked, left, kept, spared }: Remainder): readonly string[] {
  const places = [...looked.map((place) => `checked ${place}`), ...spared.map((one) => `kept: ${one}`)];
  if (left.length > 0) return [...places, `Still there: ${left.join(', ')}`];
  if (kept.length === 0) return [...places, `Nothing ${spared.length === 0 ? '' : 'else '}of ours is left.`];
  return [
    ...places,
    `Nothing captures. Still in place, idle: ${kept.join(', ')}`,
    'packet-inspector disable --slot remove takes it out.',
  ];
}
