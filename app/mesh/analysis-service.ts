import { currentFileNameForm } from '../capture/file-names.ts';
import type { CaptureOptions } from './capture-options.ts';
import type { CaptureSite } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import {
  aggregatorName,
  analysisApp,
  analysisName,
  analysisNamespace,
  analysisPort,
  serviceHost,
  spiffeId,
  statusPort,
  tailPort,
} from './names.ts';
import { ownObject } from './own-object.ts';
import { captureFolder, certificateArguments, copiedRoots, programPodTemplate } from './program-pod.ts';
import { resources } from './resources.ts';
import { textHash } from './text-hash.ts';

/** A chart puts a value of its own in its place. */
export const fileNamesArgument = `--file-names=${currentFileNameForm}`;

const metadata = { name: analysisName, namespace: analysisNamespace } as const;

/** Host that aggregators connect to, and that the receiver's certificate names. */
export function analysisHost({ settings }: Pick<CaptureSite, 'settings'>): string {
  return serviceHost(analysisName, analysisNamespace, settings.clusterDomain);
}

/** Whether captures go to our own analysis service, which may also be named: where they go elsewhere there is none of ours. */
export function hasOwnService({ analysisAddress }: Pick<CaptureOptions, 'analysisAddress'>): boolean {
  return analysisAddress === '' || analysisAddress.startsWith(`${analysisName}.${analysisNamespace}.`);
}

/** All of our own analysis service but what runs. */
export function analysisObjects(site: CaptureSite): readonly Manifest[] {
  return [
    analysisServiceAccount(site),
    analysisNetworkPolicy(site),
    analysisProgram(site),
    analysisServiceObject(site),
  ];
}

function analysisServiceAccount(site: CaptureSite): Manifest {
  return ownObject(resources.serviceAccount, site, metadata, { automountServiceAccountToken: false });
}

function analysisProgram(site: CaptureSite): Manifest {
  const data = { 'receiver.mjs': site.programs.receiver, ...copiedRoots(site) };
  return ownObject(resources.configMap, site, metadata, { data });
}

/** One receiver: it keeps the captures, and serves live tails on its loopback. */
export function analysisDeployment(site: CaptureSite): Manifest {
  const template = programPodTemplate(site, {
    program: 'receiver',
    name: analysisName,
    app: analysisApp,
    arguments: [
      `--listen=:${analysisPort}`,
      `--tail=127.0.0.1:${tailPort}`,
      `--status=:${statusPort}`,
      ...certificateArguments(site),
      `--aggregator-identity=${spiffeId(site.settings.trustDomain, site.meshNamespace, aggregatorName)}`,
      `--folder=${captureFolder}`,
      fileNamesArgument,
    ],
    ports: [{ name: 'analysis', containerPort: analysisPort }],
    resources: { requests: { cpu: '100m', memory: '256Mi' }, limits: { cpu: '2', memory: '1Gi' } },
    build: textHash(site.programs.receiver),
    access: 'mesh',
  });
  return ownObject(resources.deployment, site, metadata, {
    spec: {
      replicas: 1,
      // The new pod's ring is empty, and two would share the captures between them.
      strategy: { type: 'Recreate' },
      selector: { matchLabels: { app: analysisApp } },
      template,
    },
  });
}

function analysisServiceObject(site: CaptureSite): Manifest {
  return ownObject(resources.service, site, metadata, {
    spec: {
      selector: { app: analysisApp },
      ports: [{ name: 'tls-analysis', port: analysisPort, targetPort: 'analysis', protocol: 'TCP' }],
    },
  });
}

/** Only aggregators come in. Live tails come by port-forward, which no policy sees. */
function analysisNetworkPolicy(site: CaptureSite): Manifest {
  return ownObject(resources.networkPolicy, site, metadata, {
    spec: {
      podSelector: { matchLabels: { app: analysisApp } },
      policyTypes: ['Ingress'],
      ingress: [
        {
          from: [
            {
              namespaceSelector: { matchLabels: { 'kubernetes.io/metadata.name': site.meshNamespace } },
              podSelector: { matchLabels: { app: aggregatorName } },
            },
          ],
          ports: [{ port: analysisPort, protocol: 'TCP' }],
        },
      ],
    },
  });
}
