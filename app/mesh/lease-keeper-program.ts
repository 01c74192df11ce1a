import type { CaptureSite } from './capture-site.ts';
import type { Manifest } from './kubernetes.ts';
import { analysisNamespace, leaseKeeperName, leaseName, statusPort } from './names.ts';
import { ownObject } from './own-object.ts';
import { programPodTemplate } from './program-pod.ts';
import { filterRemoval } from './removal.ts';
import { resources } from './resources.ts';
import { textHash } from './text-hash.ts';

const metadata = { name: leaseKeeperName, namespace: analysisNamespace } as const;

/** Apart from the programs that captures go through: it alone may ask the API server for anything. */
export function leaseKeeperObjects(site: CaptureSite): readonly Manifest[] {
  return [
    ownObject(resources.serviceAccount, site, metadata, { automountServiceAccountToken: false }),
    // Nobody has to reach it.
    ownObject(resources.networkPolicy, site, metadata, {
      spec: { podSelector: { matchLabels: { app: leaseKeeperName } }, policyTypes: ['Ingress'] },
    }),
    ownObject(resources.configMap, site, metadata, { data: { 'lease-keeper.mjs': site.programs.leaseKeeper } }),
  ];
}

export function leaseKeeperDeployment(site: CaptureSite): Manifest {
  const template = programPodTemplate(site, {
    program: 'lease-keeper',
    name: leaseKeeperName,
    app: leaseKeeperName,
    arguments: [
      `--lease=${analysisNamespace}/${leaseName}`,
      `--removal=${JSON.stringify(filterRemoval(site))}`,
      `--status=:${statusPort}`,
    ],
    ports: [],
    resources: { requests: { cpu: '10m', memory: '64Mi' }, limits: { cpu: '200m', memory: '128Mi' } },
    build: textHash(site.programs.leaseKeeper),
    access: 'api server',
  });
  return ownObject(resources.deployment, site, metadata, {
    spec: { replicas: 1, selector: { matchLabels: { app: leaseKeeperName } }, template },
  });
}
