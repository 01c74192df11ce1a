import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hasOwnService } from '../../app/mesh/analysis-service.ts';
import { captureObjects } from '../../app/mesh/capture-objects.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../../app/mesh/capture-options.ts';
import { emulatorChart, inspectorChart } from '../../app/mesh/chart/charts.ts';
import { readHelmYaml } from '../../app/mesh/helm-yaml.ts';
import type { KubernetesObject, Manifest } from '../../app/mesh/kubernetes.ts';
import { analysisName, analysisNamespace } from '../../app/mesh/names.ts';
import { objectName, resources } from '../../app/mesh/resources.ts';
import { captureFromValues } from '../../app/mesh/values.ts';
import { clusterPrograms } from '../../main/engine/clusters/istio/programs.ts';
import { manifestSite } from '../../main/engine/clusters/istio/survey.ts';
import { readManifest } from '../../main/engine/helm/read-manifest.ts';
import { helmProgram } from '../support/control-plane/parts.ts';
import { writeChart } from '../support/mesh/aspen-mesh.ts';

const run = promisify(execFile);
const missing = existsSync(helmProgram) ? '' : ' (missing: helm; see npm run parts)';

describe.skipIf(missing !== '')(`charts of our own parts, rendered by helm${missing}`, () => {
  let folder: string;

  beforeAll(() => {
    folder = mkdtempSync(join(tmpdir(), 'charts-'));
    const programs = clusterPrograms();
    writeChart(join(folder, 'inspector'), inspectorChart(programs, '0.1.0'));
    writeChart(join(folder, 'emulator'), emulatorChart(programs, '0.1.0'));
  });

  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  async function render(chart: string, namespace: string, values: object): Promise<Map<string, KubernetesObject>> {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, JSON.stringify(values));
    const { stdout } = await run(helmProgram, ['template', 'pi', join(folder, chart), '-n', namespace, '-f', file], {
      maxBuffer: 64 << 20,
    });
    const objects = await readManifest(stdout);
    return new Map(objects.map((object) => [objectName(object), object]));
  }

  /** What the app would make for the same values, as helm would mark it. */
  function expected(capture: CaptureOptions): Map<string, Manifest> {
    const { ground, programs, clusters, slots, filters } = captureObjects(
      { ...manifestSite(capture), leased: false },
      {
        capturing: true,
        generation: 'pi-1',
      },
    );
    const objects = [...ground, ...programs, ...clusters, ...slots, ...filters].filter(
      ({ kind }) => kind !== resources.namespace.kind,
    );
    return new Map(objects.map((object) => [objectName(object), object]));
  }

  /** Without what helm writes itself. */
  function comparable(object: KubernetesObject | undefined): unknown {
    return JSON.parse(JSON.stringify(object ?? null), (name, value: unknown) => {
      if (name === 'labels' && typeof value === 'object') {
        const { 'app.kubernetes.io/managed-by': _, ...labels } = value as Record<string, string>;
        return Object.keys(labels).length > 0 ? labels : undefined;
      }
      return value;
    });
  }

  const section = (values: object) => ({ 'aspen-mesh-packet-inspector': values });

  it.each([
    ['only enabled', section({ enabled: true })],
    ['an analysis service elsewhere', section({ enabled: true, analysis: { address: 'tool.example:4000' } })],
    [
      'HTTP and Diameter',
      section({ enabled: true, httpCapture: { enabled: true }, diameterCapture: { enabled: true, port: 3869 } }),
    ],
    [
      'Diameter alone',
      section({ enabled: true, httpCapture: { enabled: false }, diameterCapture: { enabled: true, port: 3868 } }),
    ],
    [
      'exclusions with everything that could break out of a template',
      section({
        enabled: true,
        analysis: { address: 'tool.analysis.svc.cluster.local:4000' },
        httpCapture: {
          enabled: true,
          excludeNamespaces: ['dont-capture-me-.*', '\'"{{ .Release.Name }}\\d%s'],
          excludePods: ['stealthy-pod', 'under-the-radar-app.*'],
        },
      }),
    ],
  ])('are the objects that the app makes: %s', async (_, values) => {
    const capture: CaptureOptions = { ...captureFromValues(values), area: { kind: 'mesh' } };
    const rendered = new Map([
      ...(await render('inspector', 'istio-system', values)),
      ...(hasOwnService(capture) ? await render('emulator', analysisNamespace, {}) : []),
    ]);
    const wanted = expected(capture);
    expect([...rendered.keys()].sort()).toEqual([...wanted.keys()].sort());
    for (const [name, object] of wanted) expect(comparable(rendered.get(name)), name).toEqual(comparable(object));
  });

  it('have the filter fail open in the words of an older Istio, too', async () => {
    const rendered = await render('inspector', 'istio-system', {
      ...section({ enabled: true }),
      istioVersion: '1.11.8',
    });
    const filter = JSON.stringify(rendered.get('EnvoyFilter istio-system/http-capture-filter'));
    expect(filter).toContain('"fail_open":true');
    expect(filter).not.toContain('failure_policy');
  });

  it('are what helm calls well made, with a page to read', async () => {
    for (const chart of ['inspector', 'emulator']) {
      const { stdout } = await run(helmProgram, ['lint', '--strict', join(folder, chart)]);
      expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
      const readme = (await run(helmProgram, ['show', 'readme', join(folder, chart)])).stdout;
      expect(readme).toContain('helm uninstall');
    }
  });

  it('take the documentation’s own snippet, empty as it is, among the values of others', async () => {
    const snippet = {
      enabled: true,
      analysis: { address: null },
      httpCapture: { enabled: true, excludeNamespaces: [], excludePods: [] },
      diameterCapture: { enabled: false, port: null },
    };
    const others = { global: { certificateCustomFields: true }, citadel: { enabled: true } };
    expect((await render('inspector', 'istio-system', { ...others, ...section(snippet) })).size).toBeGreaterThan(4);
  });

  it.each([
    ['a key misspelt', { enabeld: true }, /enabeld/],
    ['a word for true', { enabled: 'yes' }, /enabled.*(got string|Invalid type)/s],
    ['an address without a port', { analysis: { address: 'tool.x.svc.cluster.local' } }, /analysis.address/],
    ['a port that is none', { diameterCapture: { enabled: true, port: 99_999 } }, /diameterCapture.port/],
    ['a port in words', { diameterCapture: { enabled: true, port: 'diameter' } }, /diameterCapture.port/],
    ['a list that is a text', { httpCapture: { excludePods: 'stealthy' } }, /httpCapture.excludePods/],
  ])('are refused by helm for values that are none: %s', async (_, values, reason) => {
    await expect(render('inspector', 'istio-system', section({ enabled: true, ...values }))).rejects.toThrow(reason);
  });

  it.each([
    ['an unbalanced one', ['shop-[a-'], /missing closing \]: `\[a-`/],
    ['one that looks around', ['(?!shop).*'], /invalid or unsupported Perl syntax: `\(\?!`/],
    ['an empty one', ['shop', ' '], /an empty text names nothing/],
    [
      'one that the aggregators cannot read',
      ['\\pL+'],
      /named characters, quoting, and flags inside are not supported/,
    ],
    ['one that takes flags away', ['(?-i)shop'], /named characters, quoting, and flags inside are not supported/],
    ['one that gives and takes them', ['(?i-s)shop'], /named characters, quoting, and flags inside are not supported/],
  ])('are refused by helm for a regular expression that cannot be used: %s', async (_, names, reason) => {
    for (const list of ['excludeNamespaces', 'excludePods']) {
      const values = section({ enabled: true, httpCapture: { enabled: true, [list]: names } });
      await expect(render('inspector', 'istio-system', values)).rejects.toThrow(reason);
    }
  });

  it('are nothing while Packet Inspector is not enabled', async () => {
    expect([...(await render('inspector', 'istio-system', section({ enabled: false })))]).toEqual([]);
    expect([...(await render('inspector', 'istio-system', {}))]).toEqual([]);
  });

  it('are given their values as the app reads them', async () => {
    const chart = join(folder, 'values');
    const template = 'apiVersion: v1\nkind: ConfigMap\nmetadata:\n  name: values\ndata: {{ .Values | toJson }}\n';
    writeChart(chart, [
      { name: 'Chart.yaml', bytes: Buffer.from('apiVersion: v2\nname: values\nversion: 1.0.0\n') },
      { name: 'templates/values.yaml', bytes: Buffer.from(template) },
    ]);
    const text = `\ufeffbase: &base { a: on, b: n, c: Off }
merged:
  <<: *base
  c: 1
date: 2020-01-01
time: 12:30
octal: 0777
number: 1_000
exponent: 1e3
empty:
text: "yes"
folded: >-
  a
  b
`.replaceAll('\n', '\r\n');
    const file = join(folder, 'odd.yaml');
    writeFileSync(file, text);
    const { stdout } = await run(helmProgram, ['template', 'odd', chart, '-f', file]);
    const [object] = await readManifest(stdout);
    expect(readHelmYaml(text).toJS()).toEqual((object as Manifest & { readonly data: object }).data);
  });

  it('keep the receiver as the app has it', async () => {
    const rendered = await render('emulator', analysisNamespace, {});
    const wanted = expected(defaultCaptureOptions);
    for (const [name, object] of rendered) expect(comparable(object), name).toEqual(comparable(wanted.get(name)));
    expect(rendered.size).toBe(5);
    const named = await render('emulator', analysisNamespace, { capture: { fileNames: 'am2' } });
    expect(JSON.stringify(named.get(`Deployment ${analysisNamespace}/${analysisName}`))).toContain(
      '"--file-names=am2"',
    );
  });
});
