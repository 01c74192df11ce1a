import { type Command, Option } from 'commander';
import * as v from 'valibot';
import {
  type CaptureArea,
  type CaptureOptions,
  defaultCaptureOptions,
  type SlotChoice,
} from '../../app/mesh/capture-options.ts';
import { captureOptions } from '../engine/api/capture-schema.ts';
import { collect } from './collect.ts';
import { readValuesFile } from './values-file.ts';

export interface CaptureFlags {
  readonly values?: string;
  readonly namespace: readonly string[];
  readonly workload: readonly string[];
  readonly excludeNamespace: readonly string[];
  readonly excludePod: readonly string[];
  readonly http: boolean;
  readonly diameterPort?: string;
  readonly bodyLimit?: string;
  readonly redact?: string;
  readonly minutes?: string;
  readonly slot?: SlotChoice;
  readonly image?: string;
  readonly analysisAddress?: string;
}

export function slotOption(): Option {
  const meaning = 'when capture ends, remove the slot from the proxies, or keep it there, idle';
  return new Option('--slot <choice>', meaning).choices(['remove', 'keep']);
}

/** What can be chosen for a capture, the same as in the sheet behind a cluster's switch. */
export function addCaptureFlags(command: Command): Command {
  return command
    .option('-f, --values <file>', 'override values file with a section aspen-mesh-packet-inspector; flags override it')
    .option('-n, --namespace <name>', 'capture in this namespace; repeatable (default: the whole mesh)', collect, [])
    .option('-w, --workload <namespace/name>', 'capture this workload; repeatable', collect, [])
    .option(
      '--exclude-namespace <name>',
      'name or regular expression of namespaces to leave out; repeatable',
      collect,
      [],
    )
    .option('--exclude-pod <name>', 'name or regular expression of pods to leave out; repeatable', collect, [])
    .option('--no-http', 'do not capture HTTP')
    .option('--diameter-port <port>', 'capture Diameter on this port')
    .option('--body-limit <bytes>', 'keep at most this many bytes of each body')
    .option('--redact <names>', 'more header fields to redact, separated by commas')
    .addOption(new Option('--minutes <number>', 'switch off by itself after this time').default('30', '30'))
    .addOption(slotOption())
    .option('--image <name>', 'Node image for the programs in the cluster')
    .option('--analysis-address <host:port>', 'send captures to this analysis service instead of our receiver');
}

/**
 * What flags choose, on what a values file says; without one, on `below`.
 *
 * @throws Error that says which flag, or which line of the values file, cannot be used
 */
export async function captureFromFlags(
  flags: CaptureFlags,
  below: CaptureOptions = defaultCaptureOptions,
): Promise<CaptureOptions> {
  const file = flags.values === undefined ? null : await readValuesFile(flags.values);
  const base = file?.capture ?? below;
  const wanted: CaptureOptions = {
    area: areaOf(flags) ?? base.area,
    excludeNamespaces: [...base.excludeNamespaces, ...flags.excludeNamespace],
    excludePods: [...base.excludePods, ...flags.excludePod],
    http: base.http && flags.http,
    diameterPort: flags.diameterPort === undefined ? base.diameterPort : Number(flags.diameterPort),
    bodyLimit: flags.bodyLimit === undefined ? base.bodyLimit : Number(flags.bodyLimit),
    // As well as the others: who names one must not leave those open that carry credentials.
    redact: [...new Set([...base.redact, ...(flags.redact ?? '').split(',').filter((name) => name !== '')])],
    minutes: Number(flags.minutes),
    slot: flags.slot ?? base.slot,
    image: flags.image ?? base.image,
    analysisAddress: flags.analysisAddress ?? base.analysisAddress,
  };
  if (!wanted.http && wanted.diameterPort === null) {
    throw new Error(
      'Neither HTTP nor Diameter is captured: set httpCapture.enabled or diameterCapture.enabled, or give --diameter-port.',
    );
  }
  const checked = v.safeParse(captureOptions, wanted);
  if (checked.success) return checked.output;
  const [issue] = checked.issues;
  const path = (issue.path ?? []).map(({ key }) => key as string | number);
  throw new Error(file?.problem(path, issue.message) ?? `${path.join('.') || 'options'}: ${issue.message}`);
}

/** null when no flag says. */
function areaOf({ namespace, workload }: CaptureFlags): CaptureArea | null {
  if (workload.length > 0) {
    return {
      kind: 'workloads',
      workloads: workload.map((text) => {
        const [of = '', name = ''] = text.split('/');
        return { namespace: of, name };
      }),
    };
  }
  return namespace.length > 0 ? { kind: 'namespaces', namespaces: namespace } : null;
}
