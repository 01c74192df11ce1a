import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { createIstioDriver } from '../../main/engine/clusters/istio/istio-driver.ts';
import { createCertificateAuthority } from '../../main/tls/certificates.ts';
import { type ControlPlane, startControlPlane } from '../support/control-plane/control-plane.ts';
import { missingParts } from '../support/control-plane/parts.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { type Peer, startHttp1Peer } from '../support/envoy-peers.ts';
import { startCitadel } from '../support/mesh/citadel.ts';
import { type Istiod, startIstiod } from '../support/mesh/istiod.ts';
import { type PodRunner, startPodRunner } from '../support/mesh/pod-runner.ts';
import { type MeshSidecar, startSidecar } from '../support/mesh/sidecar.ts';

describe.skipIf(missingParts !== '')(
  `a cluster with Istio${missingParts ? ` (not here: ${missingParts}; npm run parts)` : ''}`,
  () => {
    const stack = new AsyncDisposableStack();
    let plane: ControlPlane;
    let istiod: Istiod;
    let pods: PodRunner;
    let peer: Peer;
    let sidecar: MeshSidecar;
    let engine: TestEngine;

    beforeAll(async () => {
      plane = stack.use(await startControlPlane());
      istiod = await startIstiod(plane);
      const authority = await createCertificateAuthority('mesh');
      stack.use(startCitadel(plane, authority));
      pods = stack.use(await startPodRunner(plane));
      peer = stack.use(await startHttp1Peer());
      sidecar = stack.use(
        await startSidecar({ plane, istiod, pods, authority }, { namespace: 'shop', name: 'cart', http: peer.port }),
      );
      engine = startTestEngine();
      stack.defer(() => engine.dispose());
      engine.addCluster(
        createIstioDriver({ name: 'admin', client: await plane.client('admin'), lookEvery: 1000, eager: true }),
      );
    });

    afterAll(() => stack.disposeAsync());

    it('shows the first flow within 10 seconds of switching on, and nothing is left 10 seconds after switching off', async () => {
      const began = Date.now();
      const on = engine.handlers['clusters.enable']({ id: 'admin', capture: { ...defaultCaptureOptions } });
      const { cluster } = await on;
      const switched = Date.now() - began;
      console.log(
        'on',
        switched,
        cluster.steps.map((s) => `${s.name} ${s.milliseconds}`),
      );
      let first = 0;
      for (let n = 0; first === 0 && n < 200; n++) {
        await fetch(`http://${sidecar.host}:${sidecar.httpPort}/call/${n}`, { method: 'POST', body: 'hello' }).then(
          (r) => r.text(),
        );
        if ((await engine.rows()).length > 0) first = Date.now() - began;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
      console.log('first', first, (await engine.rows())[0]);
      console.log(JSON.stringify((await engine.handlers['clusters.list']({})).clusters[0]));
      if (first === 0) {
        for (const p of ['aspen-mesh-packet', 'aspen-mesh-analysis'])
          console.log(p, pods.program(p)?.log().slice(-3000));
        console.log(sidecar.program.log().slice(-3000));
        console.log(
          istiod.program
            .log()
            .split('\n')
            .filter((l) => /error|reject|warn/i.test(l))
            .slice(-20)
            .join('\n'),
        );
        console.log(await sidecar.admin('/stats?filter=(wasm|packet|ecds|extension)'));
      }
      expect(first).toBeGreaterThan(0);
      const off = Date.now();
      const { remainder, cluster: after } = await engine.handlers['clusters.disable']({ id: 'admin' });
      console.log(
        'off',
        Date.now() - off,
        after.steps.map((s) => `${s.name} ${s.milliseconds} ${s.detail}`),
        remainder,
      );
      expect(remainder.left).toEqual([]);
    });
  },
);
