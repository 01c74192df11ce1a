import { analysisHost } from './analysis-service.ts';
import { scopeOf } from './capture-scope.ts';
import type { CaptureSite } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { aggregatorName, analysisPort, batchPort, spiffeId, statusPort } from './names.ts';
import { ownObject } from './own-object.ts';
import { certificateArguments, copiedRoots, programPodTemplate } from './program-pod.ts';
import { resources } from './resources.ts';
import { textHash } from './text-hash.ts';

function metadata({ meshNamespace }: CaptureSite): { readonly name: string; readonly namespace: string } {
  return { name: aggregatorName, namespace: meshNamespace };
}

export function aggregatorServiceAccount(site: CaptureSite): Manifest {
  return ownObject(resources.serviceAccount, site, metadata(site), { automountServiceAccountToken: false });
}

export function aggregatorProgram(site: CaptureSite): Manifest {
  return ownObject(resources.configMap, site, metadata(site), {
    data: { 'aggregator.mjs': site.programs.aggregator, ...copiedRoots(site) },
  });
}

/** Sidecars of all namespaces come in, also where the mesh's namespace lets nobody in else; metrics may be read by whom others let. */
export function aggregatorNetworkPolicy(site: CaptureSite): Manifest {
  return ownObject(resources.networkPolicy, site, metadata(site), {
    spec: {
      podSelector: { matchLabels: { app: aggregatorName } },
      policyTypes: ['Ingress'],
      ingress: [
        { from: [{ namespaceSelector: {} }], ports: [{ port: batchPort, protocol: 'TCP' }] },
        { ports: [{ port: statusPort, protocol: 'TCP' }] },
      ],
    },
  });
}

/** On each node one: takes the captures of the node's sidecars, drops what is not wanted, and passes the rest on. */
export function aggregatorDaemonSet(site: CaptureSite): Manifest {
  const { capture } = site;
  const analysis = capture.analysisAddress || `${analysisHost(site)}:${analysisPort}`;
  const analysisName = analysis.slice(0, analysis.lastIndexOf(':'));
  const template = programPodTemplate(site, {
    program: 'aggregator',
    name: aggregatorName,
    app: aggregatorName,
    arguments: [
      `--listen=:${batchPort}`,
      `--status=:${statusPort}`,
      `--analysis=${analysis}`,
      `--analysis-name=${analysisName}`,
      ...analysisIdentity(analysisName, site),
      `--trust-domain=${site.settings.trustDomain}`,
      '--node=$(NODE_NAME)',
      ...certificateArguments(site),
      `--redact=${capture.redact.join(',')}`,
      `--scope=${JSON.stringify(scopeOf(capture))}`,
    ],
    ports: [{ name: 'batches', containerPort: batchPort }],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '1', memory: '512Mi' } },
    build: textHash(site.programs.aggregator),
    access: 'mesh',
  }) as { spec: object };
  return ownObject(resources.daemonSet, site, metadata(site), {
    spec: {
      selector: { matchLabels: { app: aggregatorName } },
      updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: '100%' } },
      // Wherever applications run, whatever their nodes are tainted with.
      template: { ...template, spec: { ...template.spec, tolerations: [{ operator: 'Exists' }] } },
    },
  });
}

/**
 * Identity of an analysis service in this cluster, for a certificate that has no DNS name: its service and its service account
 * have the same name, as Citadel's DNS names need it, too. None for one outside.
 */
function analysisIdentity(host: string, { settings }: CaptureSite): readonly string[] {
  const [, name, namespace] = /^([^.]+)\.([^.]+)\.svc(?:\.|$)/.exec(host) ?? [];
  if (name === undefined || namespace === undefined) return [];
  return [`--analysis-identity=${spiffeId(settings.trustDomain, namespace, name)}`];
}

/** Leads each sidecar to the aggregator of its own node, and nowhere else. */
export function aggregatorService(site: CaptureSite): Manifest {
  return ownObject(resources.service, site, metadata(site), {
    spec: {
      selector: { app: aggregatorName },
      internalTrafficPolicy: 'Local',
      ports: [{ name: 'tls-batches', port: batchPort, targetPort: 'batches', protocol: 'TCP' }],
    },
  });
}
