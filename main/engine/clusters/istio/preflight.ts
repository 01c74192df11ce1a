import type { Check, Preflight } from '../../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { isAtLeast } from '../../../../app/mesh/capture-site.ts';
import type { Lease } from '../../../../app/mesh/kubernetes.ts';
import { readLease } from '../../../../app/mesh/lease.ts';
import { oldestIstio } from '../../../../app/mesh/mesh-reader.ts';
import { analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { missingPermissions, neededPermissions, permissionText } from './permissions.ts';
import { coveredPods, type Survey, siteOf, surveyCluster } from './survey.ts';

/** Asks everything that could stand in the way. Changes nothing. What cannot be asked is a failed check, never an exception. */
export async function checkReadiness(client: KubeClient, capture: CaptureOptions): Promise<Preflight> {
  const checks: Check[] = [];
  const survey = await ask(checks, 'api', 'The cluster cannot be looked at', async () => {
    const version = await client.version();
    const found = await surveyCluster(client);
    checks.push(
      passed('api', 'The API server answers', `Kubernetes ${version.replace(/^v/, '')}, ${found.nodes} nodes`),
    );
    return found;
  });
  if (survey) {
    checks.push(checkMesh(survey));
    if (survey.mesh) {
      await ask(checks, 'permissions', 'Your permissions cannot be asked for', () =>
        checkPermissions(checks, client, survey, capture),
      );
      checks.push(...checkPods(survey, capture));
      checks.push(...(await checkOthers(client, survey)));
    }
  }
  return { checks, ready: checks.every(({ result }) => result !== 'failed') };
}

async function ask<T>(checks: Check[], id: string, failure: string, work: () => Promise<T>): Promise<T | null> {
  try {
    return await work();
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    checks.push({ id, title: failure, result: 'failed', detail, remedy: '', items: [] });
    return null;
  }
}

function checkMesh({ mesh }: Survey): Check {
  if (!mesh) {
    return {
      id: 'mesh',
      title: 'There is no Istio in this cluster',
      result: 'failed',
      detail: 'no Deployment with the label app=istiod in any namespace',
      remedy: 'Packet Inspector captures in the sidecars of Istio or Aspen Mesh; install one of them first.',
      items: [],
    };
  }
  const name = `${mesh.product} ${mesh.version}`;
  if (!isAtLeast(mesh.istio, oldestIstio.major, oldestIstio.minor)) {
    return {
      id: 'mesh',
      title: `${name} is too old`,
      result: 'failed',
      detail: `in ${mesh.namespace}`,
      remedy: `The capture filter needs Istio ${oldestIstio.major}.${oldestIstio.minor} or newer.`,
      items: mesh.revisions,
    };
  }
  return passed('mesh', name, `in ${mesh.namespace}`, mesh.revisions);
}

async function checkPermissions(
  checks: Check[],
  client: KubeClient,
  survey: Survey,
  capture: CaptureOptions,
): Promise<void> {
  const permissions = neededPermissions(siteOf(survey, capture));
  const missing = await missingPermissions(client, permissions);
  if (missing.length === 0) {
    const detail = `${permissions.length} permissions asked of the API server`;
    checks.push(passed('permissions', 'You may do every step', detail, permissions.map(permissionText)));
    return;
  }
  const [first] = missing;
  checks.push({
    id: 'permissions',
    title: `You may not ${permissionText(first!)}`,
    result: 'failed',
    detail: missing.length > 1 ? `and ${missing.length - 1} more of ${permissions.length} permissions are missing` : '',
    remedy: 'Ask who administers the cluster for the role that the README lists under "Permissions".',
    items: missing.map(permissionText),
  });
}

function checkPods(survey: Survey, capture: CaptureOptions): readonly Check[] {
  const { captured, excluded, withoutSidecar } = coveredPods(survey, capture);
  const checks: Check[] = [];
  if (!capture.http && capture.diameterPort === null) {
    checks.push({
      id: 'scope',
      title: 'Neither HTTP nor Diameter is chosen',
      result: 'failed',
      detail: '',
      remedy: 'Choose at least one of them.',
      items: [],
    });
  }
  if (captured.length === 0) {
    checks.push({
      id: 'scope',
      title: 'No pod would be captured',
      result: 'failed',
      detail: `${excluded.length} excluded, ${withoutSidecar.length} without a sidecar`,
      remedy: 'Choose a wider area, or label the namespace istio-injection=enabled and restart its pods.',
      items: [],
    });
  } else {
    const names = captured.map(({ namespace, pod }) => `${namespace}/${pod}`);
    checks.push(passed('scope', `${captured.length} pods would be captured`, `${excluded.length} excluded`, names));
  }
  if (withoutSidecar.length > 0) {
    checks.push({
      id: 'sidecars',
      title: `${withoutSidecar.length} pods have no sidecar`,
      result: 'warning',
      detail: 'they will not be seen',
      remedy: 'Label their namespaces istio-injection=enabled and restart them to have them captured.',
      items: withoutSidecar.map(({ namespace, pod }) => `${namespace}/${pod}`),
    });
  }
  return checks;
}

async function checkOthers(client: KubeClient, survey: Survey): Promise<readonly Check[]> {
  const lease = await client.find<Lease>(resources.lease, analysisNamespace, leaseName).catch(() => null);
  const checks: Check[] = [];
  if (lease) {
    const { user, until } = readLease(lease);
    checks.push({
      id: 'other-capture',
      title: `${user || 'Somebody'} is capturing here`,
      result: 'warning',
      detail: until === null ? '' : `until ${new Date(until).toISOString()}`,
      remedy: 'What is captured can be seen here as well; switching off ends it for both.',
      items: [],
    });
  }
  if (survey.foreignNamespace) {
    checks.push({
      id: 'namespace',
      title: `The namespace ${analysisNamespace} is there already`,
      result: 'warning',
      detail: 'it was not made by Packet Inspector, so it stays when capture is switched off',
      remedy: `For Citadel's certificates it needs a label: kubectl label namespace ${analysisNamespace} ca.istio.io/override=true`,
      items: [],
    });
  }
  return checks;
}

function passed(id: string, title: string, detail: string, items: readonly string[] = []): Check {
  return { id, title, result: 'passed', detail, remedy: '', items };
}
