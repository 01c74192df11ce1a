import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { findAspenVersion, schemaOf } from '../../../app/mesh/aspen/aspen-version.ts';
import type { ChartFile, ReleaseStorage } from '../../../app/mesh/aspen/helm-release.ts';
import type { ControlPlane } from '../control-plane/control-plane.ts';
import { helmProgram } from '../control-plane/parts.ts';

const fixture = join(import.meta.dirname, '../../fixtures/aspen-mesh-chart');
const run = promisify(execFile);

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
  const chart = join(release, 'manifests/charts/istio-control/istio-discovery');
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
  edit(join(chart, 'values.yaml'), (text) =>
    text.replace(/(aspen-mesh-packet-inspector:\n {2})enabled: false\n/, `$1${section}`),
  );
  if (shape === 'single') {
    for (const file of readdirSync(join(inspector, 'templates'))) {
      cpSync(join(inspector, 'templates', file), join(chart, 'templates', file));
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
  const path = join(release, 'manifests/charts/istio-control/istio-discovery');
  await helm(
    plane,
    ...['install', 'istiod', path, '--namespace', 'istio-system', '--create-namespace', '--values', file, '--wait'],
    '--take-ownership',
  );
  return release;
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
