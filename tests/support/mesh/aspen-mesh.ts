import { execFile } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findAspenVersion, schemaOf } from '../../../app/mesh/aspen/aspen-version.ts';
import type { ChartFile, ReleaseStorage } from '../../../app/mesh/aspen/helm-release.ts';
import { type AspenOptions, createAspenDriver } from '../../../main/engine/clusters/aspen/aspen-driver.ts';
import type { ClusterDriver } from '../../../main/engine/clusters/driver.ts';
import type { ControlPlane, ControlPlaneUser } from '../control-plane/control-plane.ts';
import { helmProgram } from '../control-plane/parts.ts';

const fixture = join(import.meta.dirname, '../../fixtures/aspen-mesh-chart');
const run = promisify(execFile);

/** Folder of the chart in a release folder. */
export const chartFolder = 'manifests/charts/istio-control/istio-discovery';

/** Defaults of the section, as each schema has them. */
const sections = {
  service: 'enabled: false\n  analysis:\n    address:\n',
  protocols:
    'enabled: false\n  analysis:\n    address:\n  httpCapture:\n    enabled: false\n  diameterCapture:\n    enabled: false\n    port:\n',
  exclusions:
    'enabled: false\n  analysis:\n    address:\n  httpCapture:\n    enabled: false\n    excludeNamespaces: []\n    excludePods: []\n  diameterCapture:\n    enabled: false\n    port:\n',
} as const;

export interface AspenChart {
  /** `1.11.8-am1.4`. */
  readonly version: string;
  /** `umbrella`: Packet Inspector is a subchart, which helm does not keep in a release. `single`: all is one chart. */
  readonly shape: 'umbrella' | 'single';
  /** Files of a subchart in the place of the made-up one. */
  readonly inspector?: readonly ChartFile[];
}

/** Writes the chart below a folder, as a release of Aspen Mesh has it, and gives the release folder. */
export function writeAspenChart(folder: string, { version, shape, inspector: subchart }: AspenChart): string {
  const release = join(folder, `aspen-mesh-${version}-${shape}`);
  const chart = join(release, chartFolder);
  rmSync(release, { recursive: true, force: true });
  mkdirSync(chart, { recursive: true });
  cpSync(fixture, chart, { recursive: true });
  const inspector = join(chart, 'charts/aspen-mesh-packet-inspector');
  for (const file of [join(chart, 'Chart.yaml'), join(chart, 'values.yaml'), join(inspector, 'Chart.yaml')]) {
    edit(file, (text) => text.replaceAll('1.11.8-am1.4', version));
  }
  if (subchart) {
    rmSync(inspector, { recursive: true });
    writeChart(inspector, subchart);
  }
  const section = sections[schemaOf(findAspenVersion(version)!)];
  const setSection = (lines: string) =>
    edit(join(chart, 'values.yaml'), (text) =>
      text.replace(/(aspen-mesh-packet-inspector:\n {2})enabled: false\n/, (_, before) => `${before}${lines}`),
    );
  if (shape === 'umbrella') setSection(section);
  else {
    const own = subchart ? readFileSync(join(inspector, 'values.yaml'), 'utf8') : '';
    setSection(subchart ? own.replace(/^(?=.)/gm, '  ').trimStart() + section.slice(sections.service.length) : section);
    for (const folder of ['templates', 'files'].filter((name) => existsSync(join(inspector, name)))) {
      cpSync(join(inspector, folder), join(chart, folder), { recursive: true });
    }
    rmSync(join(chart, 'charts'), { recursive: true });
    edit(join(chart, 'Chart.yaml'), (text) => text.slice(0, text.indexOf('dependencies:')));
  }
  return release;
}

export function writeChart(folder: string, files: readonly ChartFile[]): void {
  for (const { name, bytes } of files) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), bytes);
  }
}

/** Runs the real helm against the control plane. */
export async function helm(plane: ControlPlane, ...args: readonly string[]): Promise<string> {
  return helmStoring('secret')(plane, ...args);
}

/** The same, with releases kept in other objects. */
export function helmStoring(storage: ReleaseStorage): typeof helm {
  return async (plane, ...args) => {
    const env = { ...process.env, KUBECONFIG: plane.kubeconfig, HELM_DRIVER: storage };
    const { stdout } = await run(helmProgram, args, { env });
    return stdout;
  };
}

/** What a user of Aspen Mesh overrides, and wants to find again. */
export const userValues = `# Our overrides.
global:
  hub: registry.example/mirror   # the mirror
  certificateCustomFields: true
pilot:
  cpu: "2"
  big: 123456789012
citadel:
  enabled: true
`;

/** Installs Aspen Mesh as its documentation has it, and gives the chart's folder. */
export async function installAspenMesh(plane: ControlPlane, chart: AspenChart, values = userValues): Promise<string> {
  const release = writeAspenChart(plane.folder, chart);
  const file = join(plane.folder, 'aspen-mesh-override-values.yaml');
  writeFileSync(file, values);
  const path = join(release, chartFolder);
  await helm(
    plane,
    ...['install', 'istiod', path, '--namespace', 'istio-system', '--create-namespace', '--values', file, '--wait'],
    '--take-ownership',
  );
  return release;
}

/** A driver as the window makes it, that looks often; `aspen` is asked for each time. */
export async function aspenDriver(
  plane: ControlPlane,
  aspen: () => Partial<AspenOptions>,
  user: ControlPlaneUser = 'admin',
): Promise<ClusterDriver> {
  return createAspenDriver({
    name: user,
    client: await plane.client(user),
    files: [plane.kubeconfig],
    lookEvery: 500,
    eager: true,
    aspen: () => ({ helm: helmProgram, chart: '', release: '', timeout: 60, ...aspen() }),
  });
}

/** Plugs a CA in, as Istio's documentation has it. The key is none: nobody signs with it here. */
export async function plugInAuthority(plane: ControlPlane, certificate: string): Promise<void> {
  await plane.apply(
    {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'cacerts', namespace: 'istio-system' },
      stringData: {
        'ca-cert.pem': certificate,
        'ca-key.pem': 'not in this test',
        'root-cert.pem': certificate,
        'cert-chain.pem': certificate,
      },
    },
    'secrets',
  );
}

function edit(file: string, change: (text: string) => string): void {
  writeFileSync(file, change(readFileSync(file, 'utf8')));
}
