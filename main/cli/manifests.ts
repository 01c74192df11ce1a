import type { Command } from 'commander';
import { captureObjects } from '../../app/mesh/capture-objects.ts';
import type { CaptureOptions } from '../../app/mesh/capture-options.ts';
import type { CaptureSite } from '../../app/mesh/capture-site.ts';
import type { Manifest } from '../../app/mesh/kubernetes.ts';
import { textHash } from '../../app/mesh/text-hash.ts';
import { manifestSite, siteOf, surveyCluster } from '../engine/clusters/istio/survey.ts';
import { yamlDocuments } from '../engine/clusters/yaml-documents.ts';
import { KubeClient } from '../engine/kube/client.ts';
import { KubeConnection } from '../engine/kube/connection.ts';
import { addCaptureFlags, type CaptureFlags, captureFromFlags } from './capture-flags.ts';
import { chosenContext } from './chosen-context.ts';

const help = `
These are the objects that enable creates from the same values, without those that end a capture by itself: no lease, no
lease keeper, no owner references. The capture lasts until the objects are removed.

Without --context no cluster is asked: a current Istio in istio-system is assumed, and workloads cannot be chosen, since
their labels are unknown.

The values file is an Aspen Mesh override values file, or just this section of one:

  aspen-mesh-packet-inspector:
    enabled: true
    analysis:
      address:                       # host:port of another analysis service
    httpCapture:
      enabled: true
      excludeNamespaces: []          # names, or regular expressions that match the whole name
      excludePods: [stealthy-pod]
    diameterCapture:
      enabled: true
      port: 3868
    capture:
      namespaces: [shop, epc]        # or workloads: [shop/cart]; without either, the whole mesh
      bodyLimit: 65536
      redact: [authorization, cookie]  # in place of those that carry credentials usually
      image: docker.io/library/node:24-slim`;

/** `manifests`: the objects of a capture as YAML, for GitOps. */
export function addManifestsCommand(program: Command): void {
  addCaptureFlags(
    program
      .command('manifests')
      .description('print the objects of a capture as YAML, for GitOps')
      .option('--context <name>', 'context of the kubeconfig: read from its cluster, without changing anything'),
  )
    .addHelpText('after', help)
    .action(async (flags: CaptureFlags & { readonly context?: string }) => {
      const capture = await captureFromFlags(flags);
      const site = flags.context === undefined ? manifestSite(capture) : await lookAt(flags.context, capture);
      process.stdout.write(yamlDocuments(gitOpsManifests(site)));
    });
}

async function lookAt(context: string, capture: CaptureOptions): Promise<CaptureSite> {
  const client = new KubeClient(new KubeConnection((await chosenContext(context)).config()));
  try {
    return siteOf(await surveyCluster(client), capture);
  } finally {
    client.connection.close();
  }
}

/** The same text each time, so that nothing changes in Git without cause. */
function gitOpsManifests(site: CaptureSite): readonly Manifest[] {
  const generation = textHash(JSON.stringify(site.capture));
  const unleased = { ...site, leased: false };
  const { ground, programs, clusters, slots, filters } = captureObjects(unleased, { capturing: true, generation });
  return [...ground, ...programs, ...clusters, ...slots, ...filters];
}
