import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { type Command, Option } from 'commander';
import { plainLines } from '../../app/flows/plain-text.ts';
import { type AspenMesh, effectiveSection, isEnabled } from '../../app/mesh/aspen/aspen-mesh.ts';
import { type AspenVersion, findAspenVersion, schemaOf } from '../../app/mesh/aspen/aspen-version.ts';
import { configuredCapture, settingsOff } from '../../app/mesh/aspen/capture-values.ts';
import { unfitting } from '../../app/mesh/aspen/fit-capture.ts';
import { type HelmRelease, isObject } from '../../app/mesh/aspen/helm-release.ts';
import { checkPreparation } from '../../app/mesh/aspen/preparation.ts';
import { captureOfFile, valuesFileOf } from '../../app/mesh/aspen/values-capture.ts';
import { editValues, preparationSettings, sectionSettings } from '../../app/mesh/aspen/values-edit.ts';
import { valuesProblems } from '../../app/mesh/aspen/values-problems.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { emulatorChart, inspectorChart } from '../../app/mesh/chart/charts.ts';
import { readHelmYaml } from '../../app/mesh/helm-yaml.ts';
import type { AspenOptions } from '../engine/clusters/aspen/aspen-driver.ts';
import { type AspenTarget, aspenTarget } from '../engine/clusters/aspen/aspen-target.ts';
import { labelNamespace } from '../engine/clusters/aspen/emulator.ts';
import { findAspenMesh } from '../engine/clusters/aspen/find-aspen.ts';
import { lookAtPreparation } from '../engine/clusters/aspen/look-at-preparation.ts';
import { uninstall, uninstallSteps } from '../engine/clusters/aspen/uninstall.ts';
import { clusterPrograms } from '../engine/clusters/istio/programs.ts';
import { StepList } from '../engine/clusters/istio/step-list.ts';
import { kubeconfigFiles } from '../engine/kube/contexts.ts';
import { version } from '../engine/version.ts';
import { addCaptureFlags, type CaptureFlags, captureFromFlags } from './capture-flags.ts';
import { chosenContext } from './chosen-context.ts';
import { type ClusterFlags, checkLine, given, print, stepLine, withOutput, withRelease } from './cluster-flags.ts';
import { exitCodes } from './exit-codes.ts';
import { interruptible } from './interruptible.ts';
import { readOverrides, readYamlFile } from './values-file.ts';

/** `prepare`, `values`, `uninstall` and `chart`: what Aspen Mesh's documentation has a person do, by one command each. */
export function addAspenCommands(program: Command): void {
  withOutput(
    withRelease(
      program
        .command('prepare')
        .description('Aspen Mesh: check the preparations, with evidence; changes nothing without --label or --write')
        .option('--label', "set Citadel's label on istio-system and on the analysis service's namespace", false)
        .option('--write <file>', 'write the values that are needed into this override values file')
        .option(
          '--analysis-address <host:port>',
          'analysis service to check (default: the one the release is configured with)',
        ),
    ),
  ).action(prepare);

  addCaptureFlags(
    program
      .command('values')
      .description(
        'Aspen Mesh: check an override values file, or switch Packet Inspector on or off in it, keeping comments',
      )
      .argument('[file]', 'override values file (default: an empty one)')
      .addOption(new Option('--aspen-version <version>', 'version of Aspen Mesh').default('1.11.8-am1.4'))
      .option('--on', 'enable it, with the capture options below', false)
      .option('--off', 'disable it', false)
      .option('--write', 'save the file instead of printing it', false),
  ).action(values);

  withOutput(
    withRelease(
      program
        .command('uninstall')
        .description(
          'Aspen Mesh: delete the filters, disable Packet Inspector and uninstall the emulator, in the documented order',
        ),
    ),
  ).action(uninstallCommand);

  program
    .command('chart')
    .description('write helm charts of our own parts: the aggregator with its filters, and the analysis emulator')
    .argument('<folder>', 'folder to write them to')
    .action((folder: string) => {
      const programs = clusterPrograms();
      const charts = {
        [join('samples', 'aspenmesh', 'analysis-emulator')]: emulatorChart(programs, version),
        'aspen-mesh-packet-inspector': inspectorChart(programs, version),
      };
      for (const [name, files] of Object.entries(charts)) {
        for (const file of files) {
          const path = join(folder, name, file.name);
          mkdirSync(dirname(path), { recursive: true });
          writeFileSync(path, file.bytes);
        }
        console.log(join(folder, name));
      }
    });
}

interface PrepareFlags extends ClusterFlags {
  readonly label: boolean;
  readonly write?: string;
  readonly analysisAddress?: string;
}

async function prepare(flags: PrepareFlags): Promise<void> {
  // Before anything is changed in the cluster.
  const overrides = flags.write === undefined ? null : await readYamlFile(flags.write);
  const edited = editValues(overrides?.text ?? '', preparationSettings);
  using target = await targetOf(flags);
  const { client, aspen } = target;
  const mesh = await findAspenMesh(client, aspen.release);
  const address = flags.analysisAddress ?? configuredCapture(mesh).analysisAddress;
  const look = async () => lookAtPreparation(client, mesh, address);
  let facts = await look();
  if (flags.label) {
    for (const { namespace, isSet } of facts.labels) if (!isSet) await labelNamespace(client, namespace);
    facts = await look();
  }
  await overrides?.write(edited);
  const checks = checkPreparation(facts, Date.now());
  print(flags, { version: mesh.version.text, checks }, [
    `Aspen Mesh ${mesh.version.text}`,
    ...checks.map(checkLine),
    ...(flags.write === undefined ? [] : writtenLines(mesh, flags.write)),
  ]);
  if (checks.some(({ result }) => result === 'failed')) process.exitCode = exitCodes.failed;
}

function writtenLines({ release: { name, namespace, chart } }: AspenMesh, file: string): readonly string[] {
  return [
    `${file} now has the values that are needed. Upgrade Aspen Mesh with it, to the same version, ${chart.version}:`,
    `  helm upgrade ${name} CHART --namespace ${namespace} --values ${file}`,
  ];
}

interface ValuesFlags extends CaptureFlags {
  readonly aspenVersion: string;
  readonly on: boolean;
  readonly off: boolean;
  readonly write: boolean;
}

async function values(file: string | undefined, flags: ValuesFlags): Promise<void> {
  const version = versionOfFlag(flags.aspenVersion);
  const schema = schemaOf(version);
  const overrides = file === undefined ? null : await readOverrides(file);
  const text = overrides?.text ?? '';
  const problems = valuesProblems(text, schema);
  if (problems.length > 0) {
    for (const { line, message } of problems) console.error(plainLines(`${file}:${line}: ${message}`));
    process.exitCode = exitCodes.failed;
    return;
  }
  const edited = await editedText(text, version, flags);
  if (flags.write && overrides !== null) await overrides.write(edited);
  else process.stdout.write(edited);
}

async function editedText(text: string, version: AspenVersion, flags: ValuesFlags): Promise<string> {
  if (flags.on && flags.off) throw new Error('Give either --on or --off, not both.');
  if (flags.on) {
    const schema = schemaOf(version);
    const capture = await captureFromFlags(flags, { ...defaultCaptureOptions, ...captureOfFile(schema, text) });
    const [first] = unfitting(version, capture);
    if (first) throw new Error(`${first.title}. ${first.remedy}`);
    return valuesFileOf(schema, capture, text);
  }
  if (!flags.off) return text;
  const read: unknown = readHelmYaml(text).toJS();
  const section = effectiveSection({ chart: noChart, config: isObject(read) ? read : {} });
  return editValues(text, sectionSettings(settingsOff(section)));
}

/** A file alone says nothing of the chart's defaults. */
const noChart = { values: {} } as HelmRelease['chart'];

function versionOfFlag(text: string): AspenVersion {
  const found = findAspenVersion(text);
  if (!found) throw new Error(`${text} is not a version of Aspen Mesh: write one like 1.11.8-am1.4.`);
  return found;
}

async function uninstallCommand(flags: ClusterFlags): Promise<void> {
  const interruption = interruptible();
  using target = await targetOf(flags, { interruption });
  const { client, helm, aspen } = target;
  const mesh = await findAspenMesh(client, aspen.release);
  const steps = new StepList(uninstallSteps, () => {});
  const remainder = await interruption.hold(() =>
    uninstall(
      { client, helm, mesh, chart: aspen.chart, ...given({ timeout: aspen.timeout }) },
      isEnabled(mesh.release),
      steps,
    ),
  );
  print(flags, { steps: steps.steps, remainder }, [
    ...steps.steps.map(stepLine),
    ...remainder.looked.map((place) => `checked ${place}`),
    ...remainder.spared.map((one) => `left: ${one}`),
    remainder.left.length === 0 ? 'Nothing is left.' : `Still there: ${remainder.left.join(', ')}`,
  ]);
}

async function targetOf(
  { context, helm, chart, release, timeout }: ClusterFlags,
  options: Partial<AspenOptions> = {},
): Promise<AspenTarget> {
  return aspenTarget(await chosenContext(context), kubeconfigFiles(), {
    ...given({ helm, chart, release, timeout }),
    ...options,
  });
}
