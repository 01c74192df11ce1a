import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { KubernetesObject } from '../../app/mesh/kubernetes.ts';
import { analysisNamespace, meshRootConfigMap } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import type { TestEngine } from '../support/engine.ts';
import { startHttp1Peer } from '../support/envoy-peers.ts';
import { type MeshCluster, missingPartsText, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';

const id = 'capturer';
const istiod = {
  revision: 'default',
  trustDomain: 'cluster.local',
  clusterDomain: 'cluster.local',
  rootNamespace: 'istio-config',
  // As Istio's injector labels namespaces, so that the applications' are among them.
  discovers: { 'istio-injection': 'enabled' },
};

describe.skipIf(missingParts !== '')(
  `a mesh that is configured in a namespace of its own, and looks at some only${missingPartsText}`,
  () => {
    const stack = new AsyncDisposableStack();
    let mesh: MeshCluster;
    let engine: TestEngine;
    let cart: MeshSidecar;

    beforeAll(async () => {
      mesh = stack.use(await startMeshCluster({ hasCitadel: false, istiod }));
      const peer = stack.use(await startHttp1Peer());
      cart = await mesh.addSidecar({ namespace: 'shop', name: 'cart', http: peer.port });
      engine = await mesh.addEngine(id);
      await mesh.remember();
    });

    afterAll(() => stack.disposeAsync());

    it('is captured whole by who may capture there, though its root is not published beside the analysis service', async () => {
      const { checks, ready } = await engine.handlers['clusters.preflight']({ id, capture: defaultCaptureOptions });
      expect(checks.filter(({ result }) => result !== 'passed')).toEqual([]);
      expect(ready).toBe(true);
      await engine.handlers['clusters.enable']({ id, capture: defaultCaptureOptions });
      const { admin } = mesh.plane;
      const filters = await admin.list<KubernetesObject>(resources.envoyFilter);
      expect(new Set(filters.map(({ metadata }) => metadata.namespace))).toEqual(new Set(['istio-config']));
      expect(await admin.find(resources.configMap, analysisNamespace, meshRootConfigMap)).toBeNull();
      await eventually('a flow', async () => {
        await (await fetch(`http://${cart.host}:${cart.httpPort}/`)).text();
        return (await engine.rows()).length > 0;
      });
      const { remainder } = await engine.handlers['clusters.disable']({ id });
      expect(remainder.left).toEqual([]);
      await mesh.clean();
    });
  },
);
