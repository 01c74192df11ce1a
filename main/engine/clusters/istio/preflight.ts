import type { Check, Preflight } from '../../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import type { KubernetesObject, Lease } from '../../../../app/mesh/kubernetes.ts';
import { readLease } from '../../../../app/mesh/lease.ts';
import { aggregatorName, analysisNamespace, leaseName } from '../../../../app/mesh/names.ts';
import { isOwn } from '../../../../app/mesh/own-object.ts';
import { resources } from '../../../../app/mesh/resources.ts';
import type { KubeClient } from '../../kube/client.ts';
import { certificateFacts, checkCertificates } from './certificate-check.ts';
import { check, count } from './check.ts';
import { checkMesh } from './mesh-check.ts';
import { checkPermissions } from './permission-check.ts';
import { checkPods } from './pod-checks.ts';
import { type Survey, siteOf, surveyCluster } from './survey.ts';

/** Asks everything that could stand in the way. Changes nothing. What cannot be asked is a failed check, never an exception. */
export async function checkReadiness(client: KubeClient, capture: CaptureOptions): Promise<Preflight> {
  const checks: Check[] = [];
  const survey = await ask(checks, 'api', 'The cluster cannot be read', async () => {
    const version = await client.version();
    const found = await surveyCluster(client);
    const detail = `Kubernetes ${version.replace(/^v/, '')}, ${count(found.nodes, 'node')}`;
    checks.push(check.passed('api', 'The API server answers', { detail }));
    return found;
  });
  if (survey) {
    checks.push(checkMesh(survey));
    const { mesh } = survey;
    if (mesh) {
      const site = await ask(checks, 'scope', 'The area cannot be captured', async () => siteOf(survey, capture));
      if (site) {
        await ask(checks, 'certificates', 'The source of certificates cannot be determined', async () => {
          checks.push(checkCertificates(await certificateFacts(client, mesh, survey.settings)));
        });
        await ask(checks, 'permissions', 'Your permissions cannot be checked', async () => {
          checks.push(await checkPermissions(client, site));
        });
      }
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
    checks.push(check.failed(id, failure, { detail }));
    return null;
  }
}

/** Of ours: Aspen Mesh has one of the same name. */
async function hasAggregators(client: KubeClient, { mesh }: Survey): Promise<boolean> {
  if (!mesh) return false;
  const found = await client
    .find<KubernetesObject>(resources.daemonSet, mesh.namespace, aggregatorName)
    .catch(() => null);
  return found !== null && isOwn(found);
}

async function checkOthers(client: KubeClient, survey: Survey): Promise<readonly Check[]> {
  const lease = await client.find<Lease>(resources.lease, analysisNamespace, leaseName).catch(() => undefined);
  const checks: Check[] = [];
  if (lease) {
    const { user, until } = readLease(lease);
    checks.push(
      check.warning('other-capture', `${user || 'Somebody'} is capturing here`, {
        detail: until === null ? '' : `until ${new Date(until).toISOString()}`,
        remedy: 'What is captured can be seen here too; switching off ends it for both.',
      }),
    );
  }
  if (lease === null && (await hasAggregators(client, survey))) {
    checks.push(
      check.warning('other-capture', 'There is already a capture, without a lease', {
        detail: 'its objects come from packet-inspector manifests, or a removal left them',
        remedy:
          'Switching on takes its objects over, and switching off removes them; if they come from Git, Git will create them again.',
      }),
    );
  }
  if (survey.foreignNamespace) {
    const title = `The namespace ${analysisNamespace} already exists`;
    checks.push(check.passed('namespace', title, { detail: 'it stays when capture is switched off' }));
  }
  return checks;
}
