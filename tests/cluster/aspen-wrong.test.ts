import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import type { Manifest } from '../../app/mesh/kubernetes.ts';
import { resources } from '../../app/mesh/resources.ts';
import type { AspenOptions } from '../../main/engine/clusters/aspen/aspen-driver.ts';
import { labelNamespace } from '../../main/engine/clusters/aspen/emulator.ts';
import { findAspenMesh } from '../../main/engine/clusters/aspen/find-aspen.ts';
import type { ClusterDriver } from '../../main/engine/clusters/driver.ts';
import { type CertificateAuthority, createCertificateAuthority } from '../../main/tls/certificates.ts';
import { beginPacketInspector, packetInspector } from '../support/command-line.ts';
import { type ControlPlane, type ControlPlaneUser, startControlPlane } from '../support/control-plane/control-plane.ts';
import { helmProgram, missingParts } from '../support/control-plane/parts.ts';
import { eventually } from '../support/control-plane/program.ts';
import {
  aspenDriver,
  chartFolder,
  helm,
  installAspenMesh,
  plugInAuthority,
  writeAspenChart,
} from '../support/mesh/aspen-mesh.ts';
import { startCitadel } from '../support/mesh/citadel.ts';
import { namespace } from '../support/mesh/istiod.ts';
import { missingPartsText } from '../support/mesh/mesh-cluster.ts';
import { changesSince, noChanges, objectStates, untilUnchanged } from '../support/mesh/snapshot.ts';

/** Each ends in a sentence with its evidence, and the cluster as it was before. */
describe.skipIf(missingParts !== '')(`Aspen Mesh when something is wrong${missingPartsText}`, () => {
  const stack = new AsyncDisposableStack();
  let plane: ControlPlane;
  let authority: CertificateAuthority;
  let folder: string;

  beforeAll(async () => {
    plane = stack.use(await startControlPlane());
    authority = await createCertificateAuthority('mesh');
    stack.use(startCitadel(plane, authority));
    folder = await installAspenMesh(plane, { version: '1.11.8-am1.4', shape: 'umbrella' });
    await plugInAuthority(plane, authority.certificate);
    await labelNamespace(plane.admin, 'istio-system');
    await eventually('certificates', () => plane.admin.find(resources.secret, 'istio-system', 'istio.default'));
  });

  afterAll(() => stack.disposeAsync());

  /** Does this with a driver, and looks whether it has changed anything: an object, a value, a revision of a release. */
  async function unchanged(
    options: Partial<AspenOptions>,
    work: (driver: ClusterDriver) => Promise<void>,
    user: ControlPlaneUser = 'admin',
  ): Promise<void> {
    const before = await objectStates(plane.admin, { hasReleases: true });
    const driver = await aspenDriver(plane, () => ({ chart: folder, ...options }), user);
    try {
      await work(driver);
      expect(driver.status().capture).not.toBe('capturing');
    } finally {
      await driver.close();
    }
    expect(await changesSince(plane.admin, before, { hasReleases: true })).toEqual(noChanges);
  }
  const wanted = (capture: Partial<CaptureOptions> = {}): CaptureOptions => ({ ...defaultCaptureOptions, ...capture });
  const failures = async (driver: ClusterDriver, capture: Partial<CaptureOptions> = {}) =>
    (await driver.preflight(wanted(capture))).checks.filter(({ result }) => result === 'failed');
  const run = (...args: readonly string[]) =>
    packetInspector(args, { environment: { KUBECONFIG: plane.kubeconfig, PACKET_INSPECTOR_HELM: helmProgram } });
  const values = () => helm(plane, 'get', 'values', 'istiod', '-n', 'istio-system', '-o', 'yaml');

  it('says what is not prepared, with the evidence and the values to set', async () => {
    const chart = join(folder, chartFolder);
    const unset = ['--set', 'citadel.enabled=false,global.certificateCustomFields=false'];
    await helm(plane, 'upgrade', 'istiod', chart, '-n', 'istio-system', '--reuse-values', ...unset, '--wait');
    const cacerts = await plane.admin.get<Manifest>(resources.secret, 'istio-system', 'cacerts');
    await plane.admin.delete(resources.secret, 'istio-system', 'cacerts');
    await plane.apply(namespace('istio-system', { 'ca.istio.io/override': 'no' }), 'namespaces');
    await unchanged({}, async (driver) => {
      const found = await failures(driver);
      expect(found.map(({ id, detail }) => [id, detail])).toEqual([
        ['ca', 'no secret cacerts in istio-system'],
        ['citadel', 'citadel.enabled is not true in the release'],
        ['custom-fields', 'global.certificateCustomFields is not true in the release'],
        ['label istio-system', 'the label ca.istio.io/override=true is missing'],
      ]);
      expect(found.map(({ values: missing = '' }) => missing)).toEqual([
        '',
        'citadel:\n  enabled: true\n',
        'global:\n  certificateCustomFields: true\n',
        '',
      ]);
      await expect(driver.enable(wanted())).rejects.toThrow('No CA certificates are plugged in');
    });
    const {
      metadata: { name, namespace: place },
      ...secret
    } = cacerts as Manifest & { readonly data: object };
    await plane.apply({ ...secret, metadata: { name, namespace: place! } } as Manifest, 'secrets');
    await labelNamespace(plane.admin, 'istio-system');
    await helm(plane, 'rollback', 'istiod', '1', '-n', 'istio-system', '--wait');
  });

  it('refuses what the version has no value for', () =>
    unchanged({}, async (driver) => {
      const area = { kind: 'namespaces', namespaces: ['shop'] } as const;
      const found = await failures(driver, { area });
      expect(found.map(({ title }) => title)).toEqual(['Aspen Mesh always captures in the whole mesh']);
    }));

  it('goes on with a release whose values are of other types than documented, and says which cannot be read', async () => {
    const before = await values();
    const key = 'aspen-mesh-packet-inspector';
    await helm(
      plane,
      ...['upgrade', 'istiod', join(folder, chartFolder), '-n', 'istio-system', '--reuse-values', '--wait'],
      ...['--set-string', `${key}.diameterCapture.port=3868`],
      ...['--set', `${key}.httpCapture.excludePods=stealthy,${key}.analysis.address=tool`],
    );
    const unread = `${key}.httpCapture.excludePods is not a list`;
    const badAddress = '"tool" has no port: write <service>.<namespace>.svc.cluster.local:<port>';
    await unchanged({}, async (driver) => {
      const { checks } = await driver.preflight(wanted({ analysisAddress: '' }));
      expect(checks.find(({ id }) => id === 'values')).toMatchObject({ result: 'warning', detail: unread });
      expect(checks.filter(({ result }) => result === 'failed')).toEqual([]);
      expect(await driver.proposedCapture()).toMatchObject({ excludePods: [], analysisAddress: 'tool' });
    });
    const prepared = await run('prepare');
    expect(prepared).toMatchObject({ exit: 1, errors: '' });
    expect(prepared.out).toContain(`  NO The address of the analysis service is wrong: ${badAddress}`);
    const doctor = await run('doctor');
    expect(doctor).toMatchObject({ exit: 0, errors: '' });
    expect(doctor.out).toContain(unread);
    await helm(plane, 'rollback', 'istiod', '-n', 'istio-system', '--wait');
    expect(await values()).toBe(before);
  });

  it('tells tabs in a values file by their line, and leaves file and cluster alone', () =>
    unchanged({}, async () => {
      const file = join(plane.folder, 'tabs.yaml');
      const text = '# ours\nglobal:\n\thub: x\n';
      writeFileSync(file, text);
      for (const command of [
        ['values', file, '--on', '--write'],
        ['prepare', '--write', file],
        ['enable', '--values', file, '--chart', folder],
      ]) {
        const { exit, out, errors } = await run(...command);
        expect({ exit, out }).toEqual({ exit: 1, out: '' });
        expect(errors).toContain(`${file}:3: not YAML: Tabs are not allowed as indentation`);
      }
      expect(readFileSync(file, 'utf8')).toBe(text);
    }));

  it('says what helm is missing for: subcharts, the right version, the program itself, rights', async () => {
    await unchanged({ chart: '' }, async (driver) => {
      const { checks, ready } = await driver.preflight(wanted());
      expect(ready).toBe(true);
      expect(checks.filter(({ result }) => result === 'warning')).toMatchObject([
        { id: 'chart', title: 'The release istiod does not keep the whole chart' },
      ]);
      await expect(driver.enable(wanted())).rejects.toThrow(
        /has no Packet Inspector in it \(helm keeps no subcharts\): name the release folder or the archive of the chart istio-discovery 1\.11\.8-am1\.4/,
      );
    });
    const other = writeAspenChart(plane.folder, { version: '1.11.8-am1.3', shape: 'umbrella' });
    await unchanged({ chart: other }, (driver) =>
      expect(driver.enable(wanted())).rejects.toThrow(
        /holds istio-discovery 1\.11\.8-am1\.3, but the release istiod was installed from istio-discovery 1\.11\.8-am1\.4/,
      ),
    );
    // As Istio's own charts of these times: one version for all, told apart by their images.
    const values = join(other, chartFolder, 'values.yaml');
    const metadata = join(other, chartFolder, 'Chart.yaml');
    writeFileSync(metadata, readFileSync(metadata, 'utf8').replaceAll('1.11.8-am1.3', '1.11.8-am1.4'));
    expect(readFileSync(values, 'utf8')).toContain('tag: 1.11.8-am1.3');
    await unchanged({ chart: other }, (driver) =>
      expect(driver.enable(wanted())).rejects.toThrow(
        /holds istio-discovery 1\.11\.8-am1\.4 with images 1\.11\.8-am1\.3, but the release istiod was installed from istio-discovery 1\.11\.8-am1\.4 with images 1\.11\.8-am1\.4/,
      ),
    );
    await unchanged({ helm: '/nowhere/helm' }, (driver) =>
      expect(driver.enable(wanted())).rejects.toThrow('/nowhere/helm is not a helm program'),
    );
    await unchanged(
      {},
      (driver) => expect(driver.enable(wanted())).rejects.toThrow(/cannot list resource|You may not/),
      'viewer',
    );
  });

  it('does nothing while an upgrade is pending', async () => {
    const [secret] = await plane.admin.list(resources.secret, {
      namespace: 'istio-system',
      labels: 'owner=helm,status=deployed',
    });
    const {
      metadata: { resourceVersion: _, uid: __, managedFields: ___, creationTimestamp: ____, ...metadata },
      ...rest
    } = secret!;
    const labels = { ...metadata.labels, status: 'pending-upgrade', version: '99' };
    const pending = { ...rest, metadata: { ...metadata, name: 'sh.helm.release.v1.istiod.v99', labels } };
    await plane.admin.create(resources.secret, pending);
    await unchanged({}, (driver) =>
      expect(driver.enable(wanted())).rejects.toThrow(
        /The release istiod has been in pending-upgrade since revision \d+: .*`helm rollback istiod --namespace istio-system`/,
      ),
    );
    await plane.admin.delete(resources.secret, 'istio-system', pending.metadata.name);
  });

  it('leaves everything as it was when the upgrade fails half-way', async () => {
    // No pod may be made any more, so the aggregators never become ready.
    const quota = { apiVersion: 'v1', kind: 'ResourceQuota', metadata: { name: 'none', namespace: 'istio-system' } };
    await plane.apply({ ...quota, spec: { hard: { pods: '0' } } }, 'resourcequotas');
    const before = { objects: await objectStates(plane.admin), values: await values() };
    const driver = await aspenDriver(plane, () => ({ chart: folder, timeout: 5 }));
    const reason = /did not become ready in time/;
    try {
      await expect(driver.enable(wanted())).rejects.toThrow(reason);
      expect(driver.status()).toMatchObject({ capture: 'off', problem: expect.stringMatching(reason) });
      expect(await values()).toBe(before.values);
      expect(await untilUnchanged(plane.admin, before.objects)).toEqual(noChanges);
    } finally {
      await driver.close();
      const path = '/api/v1/namespaces/istio-system/resourcequotas/none';
      await plane.admin.connection.json({ method: 'DELETE', path });
    }
  });

  it('takes back what it has begun when Ctrl+C is pressed, and leaves no values behind', async () => {
    const before = { objects: await objectStates(plane.admin), values: await values() };
    const temporary = join(plane.folder, 'temporary');
    mkdirSync(temporary);
    const environment = { KUBECONFIG: plane.kubeconfig, PACKET_INSPECTOR_HELM: helmProgram, TMPDIR: temporary };
    const enabling = beginPacketInspector(['enable', '--chart', folder], { environment });
    await eventually('the upgrade', async () => {
      const labels = 'owner=helm,name=istiod,status=pending-upgrade';
      return (await plane.admin.list(resources.secret, { namespace: 'istio-system', labels })).length > 0;
    });
    expect(readdirSync(temporary)).not.toEqual([]);
    enabling.child.kill('SIGINT');
    const { exit, errors } = await enabling.ended;
    expect(exit).toBe(1);
    expect(errors).toMatch(/^packet-inspector: interrupted: helm ends what it does, then all is taken back\./);
    expect(errors).toMatch(/It was interrupted: istiod is rolled back to what revision \d+ has\./);
    expect(readdirSync(temporary)).toEqual([]);
    expect(await values()).toBe(before.values);
    expect(await untilUnchanged(plane.admin, before.objects)).toEqual(noChanges);
  });

  describe('with the network analysis tool', () => {
    const analysisAddress = 'tool.tools.svc.cluster.local:4000';
    const metadata = { name: 'tool', namespace: 'tools', labels: { app: 'tool' } };
    const service: Manifest = { apiVersion: 'v1', kind: 'Service', metadata };
    /** A pod that runs as this account, with the documentation's volume and mount where it is to have them. */
    const pod = (account: string, hasCertificates: boolean): Manifest & { readonly spec: object } => ({
      apiVersion: 'v1',
      kind: 'Pod',
      metadata,
      spec: {
        serviceAccountName: account,
        containers: [
          {
            name: 'tool',
            image: 'registry.example/tool:1',
            ...(hasCertificates ? { volumeMounts: [{ name: 'istio-certs', mountPath: '/etc/analysis/certs' }] } : {}),
          },
        ],
        ...(hasCertificates
          ? { volumes: [{ name: 'istio-certs', secret: { optional: true, secretName: `istio.${account}` } }] }
          : {}),
      },
    });
    const found = async (driver: ClusterDriver) =>
      (await failures(driver, { analysisAddress })).map(({ title, detail }) => `${title}: ${detail}`);
    const refused = (driver: ClusterDriver, reason: string) =>
      expect(driver.enable(wanted({ analysisAddress }))).rejects.toThrow(reason);

    beforeAll(async () => {
      await plane.apply({ apiVersion: 'v1', kind: 'Namespace', metadata: { name: 'tools' } }, 'namespaces');
      // What Kubernetes puts into each namespace.
      await eventually('its account', () => plane.admin.find(resources.serviceAccount, 'tools', 'default'));
      await eventually('its root', () => plane.admin.find(resources.configMap, 'tools', 'kube-root-ca.crt'));
    });

    afterAll(() => plane.admin.delete(resources.namespace, '', 'tools'));

    it('says that there is no such service, nobody behind it, or no label on its namespace', async () => {
      await unchanged({}, async (driver) => {
        const label = (await failures(driver, { analysisAddress })).find(({ id }) => id === 'label tools');
        expect(label).toMatchObject({
          title: 'Citadel issues no certificates for tools',
          detail: 'the label ca.istio.io/override=true is missing',
          remedy: expect.stringContaining('`kubectl label namespace tools ca.istio.io/override=true --overwrite`'),
        });
      });
      await labelNamespace(plane.admin, 'tools');
      await eventually('certificates', () => plane.admin.find(resources.secret, 'tools', 'istio.default'));
      await unchanged({}, async (driver) => {
        const reason = 'There is no service tool in tools';
        expect(await found(driver)).toEqual([`${reason}: the address is tool.tools.svc.cluster.local:4000`]);
        await refused(driver, reason);
      });
      const spec = { selector: { app: 'tool' }, ports: [{ port: 4000 }] };
      await plane.apply({ ...service, spec } as Manifest, 'services');
      await unchanged({}, async (driver) => {
        const reason = 'The analysis service is not running';
        expect(await found(driver)).toContain(`${reason}: 0 pods behind tool in tools, none ready`);
        await refused(
          driver,
          `${reason}. 0 pods behind tool in tools, none ready. \`kubectl get pods --namespace tools\``,
        );
      });
    });

    it('says that its account has another name, its certificate is not mounted, its secret missing', async () => {
      for (const name of ['other', 'tool']) {
        const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name, namespace: 'tools' } };
        await plane.apply(account, 'serviceaccounts');
        await eventually('its secret', () => plane.admin.find(resources.secret, 'tools', `istio.${name}`));
      }
      await plane.admin.delete(resources.secret, 'tools', 'istio.other');
      await plane.apply(pod('other', false), 'pods');
      await unchanged({}, async (driver) => {
        await eventually('its pod is ready', async () => !(await found(driver)).join().includes('is not running'));
        expect(await found(driver)).toEqual([
          'Service and service account of the analysis service differ: the service is tool, its pods run as other',
          'The analysis service does not mount its certificate: no volume istio-certs of the secret istio.other at /etc/analysis/certs',
          'The analysis service has no certificate: no secret istio.other in tools',
        ]);
        await refused(driver, 'the service is tool, its pods run as other');
      });
      await plane.admin.delete(resources.pod, 'tools', 'tool');
      await eventually('it is gone', async () => (await plane.admin.find(resources.pod, 'tools', 'tool')) === null);
    });

    it('says which names the certificate has in the place of its address, and whose root', async () => {
      await plane.apply(pod('tool', true), 'pods');
      const issue = async (issuer: CertificateAuthority, host: string) => {
        const { cert, key, ca } = await issuer.issue({ dns: [host] });
        const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'istio.tool', namespace: 'tools' } };
        const stringData = { 'cert-chain.pem': cert, 'key.pem': key, 'root-cert.pem': ca };
        await plane.apply({ ...secret, type: 'istio.io/key-and-cert', stringData } as Manifest, 'secrets');
      };
      await issue(authority, 'tool.elsewhere.svc.cluster.local');
      await unchanged({}, async (driver) => {
        await eventually('its pod is ready', async () => !(await found(driver)).join().includes('is not running'));
        const reason =
          'the address is tool.tools.svc.cluster.local, the certificate has tool.elsewhere.svc.cluster.local';
        expect(await found(driver)).toEqual([
          `The certificate does not name the address of the analysis service: ${reason}`,
        ]);
        await refused(driver, reason);
      });
      await issue(await createCertificateAuthority('stranger'), 'tool.tools.svc.cluster.local');
      await unchanged({}, async (driver) => {
        const reason = "The certificate of the analysis service comes from another root than the mesh's";
        expect(await found(driver)).toEqual([`${reason}: secret istio.tool`]);
        await refused(driver, reason);
      });
    });

    it('takes it as the documentation has it made', async () => {
      await plane.admin.delete(resources.secret, 'tools', 'istio.tool');
      await plane.admin.delete(resources.serviceAccount, 'tools', 'tool');
      const account = { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: 'tool', namespace: 'tools' } };
      await plane.apply(account, 'serviceaccounts');
      await eventually('its secret', () => plane.admin.find(resources.secret, 'tools', 'istio.tool'));
      await unchanged({}, async (driver) => expect(await found(driver)).toEqual([]));
      const prepared = await run('prepare', '--analysis-address', analysisAddress);
      expect(prepared).toMatchObject({ exit: 0, errors: '' });
    });

    it('says of another port, and of a short name, why they do not do', async () => {
      const complaints = async (address: string) =>
        (await run('prepare', '--analysis-address', address)).out.match(/^ {2}NO .*$/gm);
      expect(await complaints('tool.tools.svc.cluster.local:4001')).toEqual([
        '  NO The service tool in tools has no port 4001: the address is tool.tools.svc.cluster.local:4001, the service has 4000',
      ]);
      expect(await complaints('tool.tools:4000')).toEqual([
        '  NO The certificate does not name the address of the analysis service: the address is tool.tools, the certificate has tool.tools.svc.cluster.local',
      ]);
    });

    it('has its namespace made and labelled on request, which is never taken for ours', async () => {
      await run('prepare', '--label', '--analysis-address', 'tool.more-tools.svc.cluster.local:4000');
      const { metadata } = await plane.admin.get(resources.namespace, '', 'more-tools');
      expect(metadata.labels).toMatchObject({ 'ca.istio.io/override': 'true' });
      expect(metadata.labels).not.toHaveProperty(['app.kubernetes.io/managed-by']);
      // As an earlier version made it.
      await plane.apply(namespace('more-tools', { 'app.kubernetes.io/managed-by': 'packet-inspector' }), 'namespaces');
      expect(await run('disable', '--own-parts')).toMatchObject({ exit: 0, errors: '' });
      const { metadata: left } = await plane.admin.get(resources.namespace, '', 'more-tools');
      expect(left.deletionTimestamp).toBeUndefined();
      await plane.admin.delete(resources.namespace, '', 'more-tools');
    });
  });

  it('goes on as it captured when a change of it fails', async () => {
    const other = writeAspenChart(plane.folder, { version: '1.11.8-am1.2', shape: 'umbrella' });
    let chart = folder;
    const driver = await aspenDriver(plane, () => ({ chart }));
    await driver.enable(wanted());
    const { holder, until } = driver.status();
    const before = await objectStates(plane.admin, { hasReleases: true });
    chart = other;
    const reason = /istio-discovery 1\.11\.8-am1\.2/;
    await expect(driver.enable(wanted({ excludePods: ['stealthy-pod'] }))).rejects.toThrow(reason);
    expect(driver.status()).toMatchObject({
      ...{ capture: 'capturing', holder, until, problem: expect.stringMatching(reason) },
    });
    expect(await changesSince(plane.admin, before, { hasReleases: true })).toEqual(noChanges);
    chart = folder;
    expect((await driver.disable()).left).toEqual([]);
    await driver.close();
  });

  it('is ended when its time is over, as long as the program is there', async () => {
    const driver = await aspenDriver(plane, () => ({ chart: folder }));
    await driver.enable(wanted({ minutes: 0.05 }));
    await eventually('it is off', () => driver.status().capture === 'off');
    await driver.close();
    const section = (await values()).replace(/^(?!aspen-mesh-packet-inspector)\S.*\n( .*\n)*/gm, '');
    expect(section.match(/enabled: .*/g)).toEqual(['enabled: false', 'enabled: false', 'enabled: false']);
    expect(await plane.admin.find(resources.daemonSet, 'istio-system', 'aspen-mesh-packet-inspector')).toBeNull();
    expect(await run('uninstall', '--chart', folder)).toMatchObject({ exit: 0, errors: '' });
    // Off as it is, it wants no chart and makes no revision.
    await unchanged({ chart: '' }, async (still) => expect((await still.disable()).left).toEqual([]));
  });

  it('does nothing with two releases until one is named', async () => {
    const same = ['--values', join(plane.folder, 'aspen-mesh-override-values.yaml'), '--take-ownership', '--wait'];
    await helm(plane, 'install', 'canary', join(folder, chartFolder), '-n', 'istio-system', ...same);
    await unchanged({}, (driver) =>
      expect(driver.enable(wanted())).rejects.toThrow(
        /several releases of Aspen Mesh: canary \(1\.11\.8-am1\.4\), istiod \(1\.11\.8-am1\.4\)\. Choose one/,
      ),
    );
    for (const command of [['prepare'], ['enable', '--chart', folder], ['disable'], ['uninstall']]) {
      const { exit, errors } = await run(...command);
      expect({ command, exit }).toEqual({ command, exit: 1 });
      expect(errors).toContain('Choose one: --release canary');
    }
    expect((await findAspenMesh(plane.admin, 'istiod')).release.name).toBe('istiod');
    await plane.admin.delete(resources.secret, 'istio-system', 'sh.helm.release.v1.canary.v1');
  });
});
