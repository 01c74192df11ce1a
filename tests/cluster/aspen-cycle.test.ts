import { randomInt } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import type { FlowDetail } from '../../app/api/types.ts';
import { defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { inspectorChart } from '../../app/mesh/chart/charts.ts';
import { analysisNamespace } from '../../app/mesh/names.ts';
import { resources } from '../../app/mesh/resources.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { packetInspector } from '../support/command-line.ts';
import type { ControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram, missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import { startTestEngine, type TestEngine } from '../support/engine.ts';
import { callDiameter, callGrpc, startDiameterPeer, startHttp1Peer, startHttp2Peer } from '../support/envoy-peers.ts';
import { aspenDriver, chartFolder, helm, installAspenMesh, plugInAuthority } from '../support/mesh/aspen-mesh.ts';
import { namespace } from '../support/mesh/istiod.ts';
import { type MeshCluster, startMeshCluster } from '../support/mesh/mesh-cluster.ts';
import { receivedFiles } from '../support/mesh/received-files.ts';
import type { MeshSidecar } from '../support/mesh/sidecar.ts';
import { changesSince, noChanges, objectStates, untilUnchanged } from '../support/mesh/snapshot.ts';
import { pymongoIsThere } from '../support/pymongo.ts';
import {
  diameterAsShown,
  diameterByPymongo,
  diameterByTshark,
  httpAsShown,
  httpByPymongo,
  httpByTshark,
} from '../support/same-content.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

const sectionKey = 'aspen-mesh-packet-inspector';
const address = 'aspen-mesh-analysis-emulator.analysis-emulator.svc.cluster.local:21000';
const httpFile = { am2: /^PODproducer-\d{19}$/, am3: /^PODproducer-[-\w]{36}-\d{19}$/ };

/** A version of each schema: what is chosen, the section that its documentation has for that, what it has no value for, and how its HTTP files are called. */
const versions = [
  {
    version: '1.11.8-am2',
    shape: 'single',
    by: 'commands',
    capture: {},
    section: { enabled: true, analysis: { address } },
    off: { enabled: false, analysis: { address } },
    lacks: [
      ['captures no Diameter', '--diameter-port', '3868'],
      ['cannot exclude anything', '--exclude-pod', 'stealthy-pod'],
    ],
    names: 'am2',
  },
  {
    version: '1.11.8-am1.2',
    shape: 'umbrella',
    by: 'commands',
    capture: { diameterPort: 3868 },
    section: {
      enabled: true,
      analysis: { address },
      httpCapture: { enabled: true },
      diameterCapture: { enabled: true, port: 3868 },
    },
    off: {
      enabled: false,
      analysis: { address },
      httpCapture: { enabled: false },
      diameterCapture: { enabled: false, port: 3868 },
    },
    lacks: [['cannot exclude anything', '--exclude-pod', 'stealthy-pod']],
    names: 'am3',
  },
  {
    version: '1.11.8-am1.4',
    shape: 'umbrella',
    by: 'the window',
    capture: { diameterPort: 3868, excludeNamespaces: ['capture-me-not'], excludePods: ['stealthy-pod'] },
    section: {
      enabled: true,
      analysis: { address },
      httpCapture: { enabled: true, excludeNamespaces: ['capture-me-not'], excludePods: ['stealthy-pod'] },
      diameterCapture: { enabled: true, port: 3868 },
    },
    off: {
      enabled: false,
      analysis: { address },
      httpCapture: { enabled: false, excludeNamespaces: ['capture-me-not'], excludePods: ['stealthy-pod'] },
      diameterCapture: { enabled: false, port: 3868 },
    },
    lacks: [],
    names: 'am3',
  },
] as const;

const userValues = `# Ours.
global:
  hub: registry.example/mirror   # the mirror
pilot:
  cpu: "2"
  big: 123456789012
`;

const missing = [missingParts, pymongoIsThere ? '' : 'PyMongo', tsharkIsInstalled ? '' : 'tshark']
  .filter((part) => part !== '')
  .join(', ');
const missingText = missing === '' ? '' : ` (missing: ${missing}; see npm run parts)`;

/** Aspen Mesh in each of its schemas, our own parts as its Packet Inspector: from preparing to uninstalling, with real traffic. */
describe.skipIf(missing !== '')(`Aspen Mesh from preparing to uninstalling${missingText}`, () => {
  const stack = new AsyncDisposableStack();
  let mesh: MeshCluster;
  let plane: ControlPlane;
  let sidecar: MeshSidecar;

  beforeAll(async () => {
    mesh = stack.use(await startMeshCluster());
    plane = mesh.plane;
    const http = stack.use(await startHttp1Peer()).port;
    const grpc = stack.use(await startHttp2Peer()).port;
    const diameter = stack.use(await startDiameterPeer()).port;
    sidecar = await mesh.addSidecar({ namespace: 'shop', name: 'cart', http, grpc, diameter });
    await plugInAuthority(plane, mesh.authority.certificate);
    await plane.admin.delete(resources.namespace, '', analysisNamespace);
    await eventually('it is gone', async () => !(await plane.admin.find(resources.namespace, '', analysisNamespace)));
  });

  afterAll(() => stack.disposeAsync());

  describe.each(versions)(
    '$version (chart: $shape; by $by)',
    ({ version, shape, by, capture, section, off, lacks, names }) => {
      const options = { ...defaultCaptureOptions, ...capture };
      /** What the window shows. */
      let engine: TestEngine;
      let chart: string;
      /** What names the release folder, where the release does not keep the whole chart. */
      let named: string;
      let overrides: string;
      let objectsBefore: readonly string[];
      let valuesBefore: string;

      beforeAll(async () => {
        const inspector = inspectorChart(clusterPrograms(), version);
        const folder = await installAspenMesh(plane, { version, shape, inspector }, userValues);
        await plane.apply(namespace('istio-system', { 'ca.istio.io/override': 'no' }), 'namespaces');
        chart = join(folder, chartFolder);
        named = shape === 'umbrella' ? folder : '';
        overrides = join(plane.folder, 'aspen-mesh-override-values.yaml');
        engine = startTestEngine();
        engine.addCluster(await aspenDriver(plane, () => ({ chart: named })));
      });

      afterAll(async () => {
        await engine.dispose();
        await helm(plane, 'uninstall', 'istiod', '-n', 'istio-system', '--wait');
      });

      const run = (...args: readonly string[]) =>
        packetInspector(args, { environment: { KUBECONFIG: plane.kubeconfig, PACKET_INSPECTOR_HELM: helmProgram } });
      const onRelease = (...args: readonly string[]) => run(...args, ...(named === '' ? [] : ['--chart', named]));
      const upgrade = () =>
        helm(plane, 'upgrade', 'istiod', chart, '-n', 'istio-system', '--values', overrides, '--wait');
      const sectionOf = (yaml: string) => (parse(yaml) as Record<string, object>)[sectionKey];
      const values = () => helm(plane, 'get', 'values', 'istiod', '-n', 'istio-system', '-o', 'yaml');
      /** As helm prints them, without Packet Inspector's section. */
      const otherValues = async () => (await values()).replace(new RegExp(`^${sectionKey}:\n( .*\n)*`, 'm'), '');
      const state = async () =>
        (await engine.handlers['clusters.list']({})).clusters.find(({ id }) => id === 'admin')!.state;
      let calls = 0;
      /** Each call has a path or an identifier of its own, so that its files are known by it. */
      const nextPath = () => `/of/${version}/${++calls}`;
      const call = async () => {
        const { host, httpPort } = sidecar;
        const answer = await fetch(`http://${host}:${httpPort}${nextPath()}`, { method: 'POST', body: 'hello' });
        expect([answer.status, await answer.text()]).toEqual([200, 'hello']);
      };

      it('is prepared: what is missing is said, labelled and written into the override file', async () => {
        const missing = await run('prepare');
        expect(missing).toMatchObject({ exit: 1, errors: '' });
        expect(missing.out).toContain(`Aspen Mesh ${version}\n`);
        expect(missing.out.match(/^ {2}NO .*$/gm)).toEqual([
          '  NO Citadel is not enabled: citadel.enabled is not true in the release',
          '  NO Certificates have no traditional DNS names: global.certificateCustomFields is not true in the release',
          '  NO Citadel issues no certificates for istio-system: the label ca.istio.io/override=true is missing',
        ]);
        await run('prepare', '--label', '--write', overrides);
        expect(readFileSync(overrides, 'utf8')).toBe(
          `${userValues.replace('the mirror\n', 'the mirror\n  certificateCustomFields: true\n')}citadel:\n  enabled: true\n`,
        );
        await upgrade();
        await eventually('all is prepared', async () => (await run('prepare')).exit === 0);
        objectsBefore = await objectStates(plane.admin);
        valuesBefore = await otherValues();
      });

      it('is configured with the section of its documentation', async () => {
        const { diameterPort, excludeNamespaces, excludePods } = options;
        const flags = [
          ...(diameterPort === null ? [] : ['--diameter-port', String(diameterPort)]),
          ...excludeNamespaces.flatMap((name) => ['--exclude-namespace', name]),
          ...excludePods.flatMap((name) => ['--exclude-pod', name]),
        ];
        const before = readFileSync(overrides, 'utf8');
        const aspen = ['--aspen-version', version];
        expect(await run('values', overrides, ...aspen, '--on', '--write', ...flags)).toMatchObject({ exit: 0 });
        const on = readFileSync(overrides, 'utf8');
        expect(on.startsWith(before)).toBe(true);
        expect(sectionOf(on)).toEqual(section);
        for (const [sentence, ...flag] of lacks) {
          const refused = await run('values', overrides, ...aspen, '--on', ...flag);
          expect(refused).toMatchObject({ exit: 1, out: '' });
          expect(refused.errors).toContain(`Aspen Mesh ${version} ${sentence}. Only 1.11.8-am1.`);
        }
        expect(sectionOf((await run('values', overrides, ...aspen, '--off')).out)).toEqual(off);
        expect(readFileSync(overrides, 'utf8')).toBe(on);
      });

      it('is enabled, and nothing else is changed', async () => {
        if (by === 'commands') {
          const enabled = await onRelease('enable', '--values', overrides);
          expect(enabled).toMatchObject({ exit: 0, errors: '' });
          expect(enabled.out).toMatch(/^Analysis service: \d+ ms, installed as pi1-analysis-emulator$/m);
          expect(enabled.out).toMatch(
            new RegExp(`^helm upgrade: \\d+ ms, istiod ${version.replaceAll('.', '\\.')}$`, 'm'),
          );
        } else {
          const { objects } = await engine.handlers['clusters.plan']({ id: 'admin', capture: options });
          const kinds = new Set(objects.map(({ action, kind, name }) => `${action} ${kind} ${name}`));
          expect(kinds).toContain('create DaemonSet aspen-mesh-packet-inspector');
          expect(kinds).toContain('create EnvoyFilter http-capture-filter');
          expect(objects.filter(({ action }) => action !== 'create')).toEqual([]);
          await engine.handlers['clusters.enable']({ id: 'admin', capture: options });
        }
        await eventually('the window shows it', async () => (await state()) === 'capturing');
        expect(sectionOf(await values())).toEqual(section);
        expect(await otherValues()).toBe(valuesBefore);
        expect((await changesSince(plane.admin, objectsBefore)).gone).toEqual([]);
        expect((await onRelease('status')).out).toMatch(/^admin: capturing/);
      });

      /** Calls until the window shows one with both of its sides: the first may have begun before the filter was there. */
      function shown(filter: string, make: () => Promise<unknown>): Promise<FlowDetail> {
        const attempt = async () => {
          await make();
          const details = await engine.details(await engine.rows(filter));
          return details.find(({ request, answer }) => request !== null && answer !== null) ?? null;
        };
        return eventually(`a flow of ${filter}`, attempt, { every: 250 });
      }

      /** Path without extension of a call's two files, whose name has this form, and whose `.bson` has this text. */
      async function filesOf(form: RegExp, text: string): Promise<string> {
        const name = new RegExp(form.source.replace('POD', `${sidecar.pod}-`));
        const path = await eventually('its files', () => {
          const files = receivedFiles(plane).filter((file) => name.test(basename(file).replace(/\.\w+$/, '')));
          const bson = files.find((file) => file.endsWith('.bson') && readFileSync(file, 'latin1').includes(text));
          const base = bson?.slice(0, -'.bson'.length);
          return base !== undefined && files.includes(`${base}.pcap`) ? base : null;
        });
        for (const extension of ['bson', 'pcap']) expect(statSync(`${path}.${extension}`).mode & 0o777).toBe(0o600);
        return path;
      }

      /** What an engine of its own makes of the only flow of a file. */
      async function opened<Content>(
        file: string,
        read: (reader: TestEngine, detail: FlowDetail) => Promise<Content>,
      ): Promise<Content> {
        const reader = startTestEngine();
        try {
          await reader.handlers['session.open']({ path: file });
          await eventually(
            'the file is read',
            async () => (await reader.handlers['session.info']({})).reading === null,
          );
          const [detail, ...more] = await reader.details(await reader.rows());
          expect(more).toEqual([]);
          return await read(reader, detail!);
        } finally {
          await reader.dispose();
        }
      }

      it('captures HTTP, and PyMongo, tshark and the app read the same of its files', async () => {
        const detail = await shown('http.request.method == "POST"', call);
        expect(detail.row.destination).toMatchObject({ pod: sidecar.pod, namespace: 'shop', service: 'cart' });
        const { target } = detail.row;
        const content = await httpAsShown(engine, detail);
        const hello = Buffer.from('hello').toString('hex');
        expect(content).toEqual({ method: 'POST', target, status: '200', request: hello, answer: hello });
        const file = await filesOf(httpFile[names], `${target}\0`);
        expect(httpByPymongo(`${file}.bson`)).toEqual(content);
        expect(httpByTshark(`${file}.pcap`)).toEqual(content);
        for (const extension of ['bson', 'pcap'])
          expect(await opened(`${file}.${extension}`, httpAsShown)).toEqual(content);
      });

      it('captures gRPC, and tshark reads the same of its packets', async () => {
        const { host, grpcPort } = sidecar;
        const detail = await shown('grpc', () => callGrpc(host, grpcPort, nextPath()));
        const { target, status, destination } = detail.row;
        expect(status).toMatchObject({ code: 5 });
        const file = await filesOf(httpFile[names], `${target}\0`);
        const read = (fields: readonly string[], filter: string) =>
          tsharkFields(`${file}.pcap`, fields, filter, ['-d', `tcp.port==${destination.port},http2`]);
        const isCall = 'http2.headers.path';
        expect(read(['http2.headers.method', isCall], isCall)).toEqual([['POST', target]]);
        expect(read(['http2.header.value'], 'http2.header.name == "grpc-status"')).toEqual([['5']]);
      });

      if (options.diameterPort !== null)
        it('captures Diameter, and all three read the same of its files', async () => {
          const { host, diameterPort } = sidecar;
          const detail = await shown('diameter', () => callDiameter(host, diameterPort, randomInt(1, 0x7fff_ffff)));
          const hopByHop = detail.request?.kind === 'diameter' ? detail.request.hopByHopId : 0;
          const content = await diameterAsShown(engine, detail);
          expect(content.request).toMatch(/^01000024c0000110/);
          expect(content.answer).toMatch(/^0100002440000110/);
          const file = await filesOf(new RegExp(`^POD${hopByHop}-${hopByHop}-\\d{19}$`), '');
          const nanoseconds = BigInt(/\d{19}$/.exec(file)![0]);
          expect(Math.abs(Number(nanoseconds / 1_000_000n) - Date.now())).toBeLessThan(60_000);
          expect(diameterByPymongo(`${file}.bson`)).toEqual(content);
          expect(diameterByTshark(`${file}.pcap`)).toEqual(content);
          for (const extension of ['bson', 'pcap'])
            expect(await opened(`${file}.${extension}`, diameterAsShown)).toEqual(content);
        });

      it('is disabled as its documentation says, and applications notice nothing', async () => {
        if (by === 'commands') {
          const disabled = await onRelease('disable');
          expect(disabled).toMatchObject({ exit: 0, errors: '' });
          expect(disabled.out).toMatch(/\nNothing of ours is left\.\n$/);
        } else {
          const { remainder } = await engine.handlers['clusters.disable']({ id: 'admin' });
          expect(remainder.left).toEqual([]);
        }
        expect(sectionOf(await values())).toEqual(off);
        await eventually('the window shows it', async () => (await state()) === 'off');
        await call();
      });

      it('is uninstalled, and all is as it was before, to the byte', async () => {
        if (by === 'commands') {
          const uninstalled = await onRelease('uninstall');
          expect(uninstalled).toMatchObject({ exit: 0, errors: '' });
          expect(uninstalled.out).toMatch(/\nNothing is left\.\n$/);
        } else {
          const { remainder } = await engine.handlers['clusters.uninstall']({ id: 'admin' });
          expect(remainder.left).toEqual([]);
        }
        expect(await otherValues()).toBe(valuesBefore);
        expect(await untilUnchanged(plane.admin, objectsBefore)).toEqual(noChanges);
        await call();
      });
    },
  );
});
