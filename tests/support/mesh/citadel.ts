import type { KubernetesObject } from '../../../app/mesh/kubernetes.ts';
import { resources } from '../../../app/mesh/resources.ts';
import type { CertificateAuthority } from '../../../main/tls/certificates.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';

/**
 * What Citadel does: for each service account of a namespace with the label `ca.istio.io/override=true` there is a secret
 * `istio.<account>` with a certificate for its SPIFFE identity and, with custom fields on, its service's DNS name.
 */
export function startCitadel(plane: ControlPlane, authority: CertificateAuthority): AsyncDisposable {
  let running = true;
  const issued = new Set<string>();
  const loop = (async () => {
    while (running) {
      await issueMissing(plane, authority, issued).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  })();
  return {
    async [Symbol.asyncDispose]() {
      running = false;
      await loop;
    },
  };
}

async function issueMissing(plane: ControlPlane, authority: CertificateAuthority, issued: Set<string>): Promise<void> {
  const namespaces = await plane.admin.list<KubernetesObject>(resources.namespace, {
    labels: 'ca.istio.io/override=true',
  });
  for (const {
    metadata: { name: namespace },
  } of namespaces) {
    for (const account of await plane.admin.list<KubernetesObject>(resources.serviceAccount, { namespace })) {
      const { name, uid = '' } = account.metadata;
      if (issued.has(uid)) continue;
      const { cert, key, ca } = await authority.issue({
        dns: [`${name}.${namespace}.svc.cluster.local`],
        uri: [`spiffe://cluster.local/ns/${namespace}/sa/${name}`],
      });
      await plane.apply(
        {
          apiVersion: 'v1',
          kind: 'Secret',
          metadata: {
            name: `istio.${name}`,
            namespace,
            // Citadel removes the secret with its account.
            ownerReferences: [{ apiVersion: 'v1', kind: 'ServiceAccount', name, uid }],
          },
          type: 'istio.io/key-and-cert',
          stringData: { 'cert-chain.pem': cert, 'key.pem': key, 'root-cert.pem': ca },
        },
        'secrets',
      );
      issued.add(uid);
    }
  }
}
