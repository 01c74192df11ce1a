import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { emulatorChart, inspectorChart } from '../../app/mesh/chart/charts.ts';
import type { KubernetesObject } from '../../app/mesh/kubernetes.ts';
import { analysisNamespace } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { helm, writeChart } from '../support/mesh/aspen-mesh.ts';
import { namespace } from '../support/mesh/istiod.ts';
import { missingPartsText } from '../support/mesh/mesh-cluster.ts';
import { noChanges, objectStates, untilUnchanged } from '../support/mesh/snapshot.ts';

/** As who has no app uses them: installed, switched, upgraded to another version and uninstalled by helm alone. */
describe.skipIf(missingParts !== '')(`charts of our own parts as releases of their own${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let plane: ControlPlane;
  let before: readonly string[];

  beforeAll(async () => {
    plane = stack.use(await startControlPlane());
    const programs = clusterPrograms();
    for (const version of ['0.1.0', '0.2.0']) {
      writeChart(chart('inspector', version), inspectorChart(programs, version));
      writeChart(chart('emulator', version), emulatorChart(programs, version));
    }
    for (const name of ['istio-system', analysisNamespace]) {
      await plane.apply(namespace(name), 'namespaces');
      await eventually('its account', () => plane.admin.find(resources.serviceAccount, name, 'default'));
      await eventually('its root', () => plane.admin.find(resources.configMap, name, 'kube-root-ca.crt'));
    }
    // A control plane writes into some of its own objects a little after its start.
    const { node, clusterRole } = resources;
    await eventually('the notes of its nodes', async () =>
      (await plane.admin.list(node)).every(
        ({ metadata }) => 'node.alpha.kubernetes.io/ttl' in (metadata.annotations ?? {}),
      ),
    );
    await eventually('the rules of the roles that are summed up', async () =>
      (
        await plane.admin.list<KubernetesObject & { aggregationRule?: object; rules?: readonly object[] | null }>(
          clusterRole,
        )
      ).every(({ aggregationRule, rules }) => aggregationRule === undefined || (rules ?? []).length > 0),
    );
    before = await objectStates(plane.admin);
  });

  afterAll(() => stack.disposeAsync());

  const chart = (name: string, version: string) => join(plane.folder, `${name}-${version}`);
  const inspector = (command: string, version: string, ...flags: readonly string[]) =>
    helm(
      plane,
      ...[command, 'packet-inspector', chart('inspector', version), '-n', 'istio-system', '--wait', ...flags],
    );
  const emulator = (command: string, version: string) =>
    helm(plane, ...[command, 'pi1-analysis-emulator', chart('emulator', version), '-n', analysisNamespace, '--wait']);
  const filters = async () =>
    (await plane.admin.list(resources.envoyFilter, { namespace: 'istio-system' })).map(({ metadata }) => metadata.name);
  const on = '--set=aspen-mesh-packet-inspector.enabled=true';
  const diameter = '--set=aspen-mesh-packet-inspector.diameterCapture.enabled=true';

  it('are installed, and say what they do', async () => {
    expect(await emulator('install', '0.1.0')).toContain(
      'Captures go to aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000.',
    );
    expect(await inspector('install', '0.1.0')).toContain('Packet Inspector is not enabled: set');
    expect(await filters()).toEqual([]);
    expect(await inspector('upgrade', '0.1.0', on)).toContain(
      'Packet Inspector captures when its aggregators are ready',
    );
    expect(await filters()).toEqual(['http-capture-filter', 'packet-inspector-cluster', 'packet-inspector-http-slot']);
  });

  it('are upgraded to another version, with Diameter, and switched off again', async () => {
    await emulator('upgrade', '0.2.0');
    await inspector('upgrade', '0.2.0', on, diameter);
    expect(await filters()).toEqual(
      expect.arrayContaining(['diameter-capture-filter', 'packet-inspector-diameter-slot', 'http-capture-filter']),
    );
    await inspector('upgrade', '0.2.0', '--set=aspen-mesh-packet-inspector.enabled=false');
    expect(await filters()).toEqual([]);
    expect(await plane.admin.find(resources.daemonSet, 'istio-system', 'aspen-mesh-packet-inspector')).toBeNull();
  });

  it('leave nothing behind when they are uninstalled, while they capture', async () => {
    await inspector('upgrade', '0.2.0', on);
    await helm(plane, 'uninstall', 'packet-inspector', '-n', 'istio-system', '--wait');
    await helm(plane, 'uninstall', 'pi1-analysis-emulator', '-n', analysisNamespace, '--wait');
    expect(await untilUnchanged(plane.admin, before)).toEqual(noChanges);
  });
});
