import { toBase64 } from '../../bytes/base64.ts';
import { analysisDeployment, analysisObjects, fileNamesArgument } from '../analysis-service.ts';
import type { ChartFile } from '../aspen/helm-release.ts';
import { captureObjects } from '../capture-objects.ts';
import { type CaptureOptions, defaultCaptureOptions } from '../capture-options.ts';
import type { CaptureSite } from '../capture-site.ts';
import type { Manifest } from '../kubernetes.ts';
import { defaultMeshSettings } from '../mesh-settings.ts';
import {
  aggregatorName,
  analysisNamespace,
  diameterFilterName,
  diameterSlotName,
  httpFilterName,
  httpSlotName,
  spiffeId,
} from '../names.ts';
import { resources } from '../resources.ts';
import { slotKinds } from '../slot-places.ts';
import { emulatorSchema, inspectorSchema } from './chart-schema.ts';
import { emulatorNotes, emulatorReadme, inspectorNotes, inspectorReadme } from './chart-texts.ts';
import { emulatorValues, inspectorHead, inspectorValues } from './chart-values.ts';
import { type Token, templateText } from './template-text.ts';

/** What stands in the objects where a value of the chart goes. */
const tokens = {
  image: 'image.of.the.chart/node',
  meshNamespace: 'mesh-namespace-of-the-chart',
  clusterDomain: 'cluster-domain-of-the-chart',
  trustDomain: 'trust-domain-of-the-chart',
  certificateService: 'certificate-service-of-the-chart',
  address: 'service-of-the-chart.namespace-of-the-chart.svc',
  addressPort: '61235',
  diameterPort: 61_234,
  bodyLimit: 61_236,
  redact: 'redact-of-the-chart',
  excludeNamespaces: 'exclude-namespaces-of-the-chart',
  excludePods: 'exclude-pods-of-the-chart',
  generation: 'generation-of-the-chart',
  resources: 'resources-of-the-chart',
} as const;

/** What the charts are made of: the programs and the capture filter, as they are built. */
export type ChartPrograms = CaptureSite['programs'];

/**
 * A chart of our aggregator and filters for Istio, with the values of `aspen-mesh-packet-inspector`: as a chart of its own with
 * an Aspen Mesh override values file, or as the subchart of that name. Made of the very objects that the app applies.
 */
export function inspectorChart(programs: ChartPrograms, version: string): readonly ChartFile[] {
  const objects = inspectorObjects(chartSite(programs));
  const template = objects.map((object) => condition(object, text(object, programs))).join('---\n');
  return [
    chartYaml(aggregatorName, 'Captures HTTP, gRPC and Diameter in the sidecars of Istio', version),
    file('README.md', inspectorReadme),
    file('values.yaml', inspectorValues),
    file('values.schema.json', inspectorSchema),
    file('templates/NOTES.txt', inspectorNotes),
    file('templates/packet-inspector.yaml', `${inspectorHead}{{- if $own.enabled }}\n${template}{{- end }}\n`),
    file('files/aggregator.mjs', programs.aggregator),
    { name: 'files/capture-filter.wasm', bytes: programs.filter },
  ];
}

/** A chart of the analysis service, in the place of the analysis emulator and by its names. */
export function emulatorChart(programs: ChartPrograms, version: string): readonly ChartFile[] {
  const site = chartSite(programs);
  const objects = [...analysisObjects(site), analysisDeployment(site)].map(forHelm);
  return [
    chartYaml(
      'analysis-emulator',
      "Keeps captures as files and serves them live, in the analysis emulator's place",
      version,
    ),
    file('README.md', emulatorReadme),
    file('values.yaml', emulatorValues),
    file('values.schema.json', emulatorSchema),
    file('templates/NOTES.txt', emulatorNotes),
    file(
      'templates/analysis-emulator.yaml',
      `{{- $own := .Values }}\n{{- $capture := $own.capture }}\n${objects.map((object) => text(object, programs)).join('---\n')}`,
    ),
    file('files/receiver.mjs', programs.receiver),
  ];
}

function chartSite(programs: ChartPrograms): CaptureSite {
  const capture: CaptureOptions = {
    ...defaultCaptureOptions,
    excludeNamespaces: [tokens.excludeNamespaces],
    excludePods: [tokens.excludePods],
    diameterPort: tokens.diameterPort,
    bodyLimit: tokens.bodyLimit,
    redact: [tokens.redact],
    image: tokens.image,
    analysisAddress: `${tokens.address}:${tokens.addressPort}`,
  };
  const wholeMesh = { namespace: tokens.meshNamespace, suffix: '', labels: null };
  return {
    capture,
    meshNamespace: tokens.meshNamespace,
    settings: {
      ...defaultMeshSettings,
      clusterDomain: tokens.clusterDomain,
      trustDomain: tokens.trustDomain,
      certificateService: tokens.certificateService,
    },
    istio: { major: 1, minor: 28 },
    targets: [wholeMesh],
    slots: slotKinds(capture).map((kind) => ({ kind, target: wholeMesh })),
    programs,
    assignsUsers: false,
    ownsNamespace: false,
    leased: false,
    owner: null,
  };
}

/** With an analysis service elsewhere, as the other chart is for this one. */
function inspectorObjects(site: CaptureSite): readonly Manifest[] {
  const state = { capturing: true, generation: tokens.generation };
  const { ground, programs, clusters, slots, filters } = captureObjects(site, state);
  return [...ground, ...programs, ...clusters, ...slots, ...filters].map(forHelm);
}

/** helm marks what it makes as managed by itself. */
function forHelm(manifest: Manifest): Manifest {
  const { metadata, ...fields } = JSON.parse(JSON.stringify(manifest), (name, value: unknown) => {
    if (name === 'app.kubernetes.io/managed-by') return 'Helm';
    if (name === 'resources' && isLimits(value)) return tokens.resources;
    return value;
  }) as Manifest;
  const { labels, ...rest } = metadata;
  const { 'app.kubernetes.io/managed-by': _, ...own } = labels ?? {};
  return { ...fields, metadata: { ...rest, ...(Object.keys(own).length > 0 ? { labels: own } : {}) } };
}

function isLimits(value: unknown): boolean {
  return typeof value === 'object' && value !== null && 'limits' in value;
}

function text(object: Manifest, programs: ChartPrograms): string {
  const fromFile = (name: string) => `$.Files.Get "files/${name}"`;
  const places: Token[] = [
    { is: programs.aggregator, expression: fromFile('aggregator.mjs') },
    { is: programs.receiver, expression: fromFile('receiver.mjs') },
    { is: toBase64(programs.filter), expression: `${fromFile('capture-filter.wasm')} | b64enc` },
    { is: tokens.image, expression: '$capture.image' },
    { is: fileNamesArgument, expression: 'printf "--file-names=%s" $capture.fileNames' },
    {
      is: tokens.meshNamespace,
      expression: object.metadata.namespace === analysisNamespace ? '$own.meshNamespace' : '$.Release.Namespace',
    },
    { is: tokens.clusterDomain, expression: '$own.clusterDomain' },
    { is: tokens.certificateService, expression: '$own.certificateService' },
    {
      is: spiffeId(tokens.trustDomain, 'namespace-of-the-chart', 'service-of-the-chart'),
      expression: '$identity',
    },
    { is: tokens.trustDomain, expression: '$own.trustDomain' },
    { is: `${tokens.address}:${tokens.addressPort}`, expression: '$address' },
    { is: tokens.address, expression: '$host' },
    { is: `;diameter=${tokens.diameterPort}`, expression: '$diameterText' },
    { is: ';ask=on', expression: '$askText' },
    { is: tokens.diameterPort, expression: '$diameterPort' },
    { is: String(tokens.bodyLimit), expression: '$capture.bodyLimit | int64' },
    { is: tokens.redact, expression: 'join "," $capture.redact' },
    { is: `["${tokens.excludeNamespaces}"]`, expression: '$excludeNamespaces | toJson' },
    { is: `["${tokens.excludePods}"]`, expression: '$excludePods | toJson' },
    { is: tokens.generation, expression: 'printf "%s-%d" $.Release.Name $.Release.Revision' },
    { is: tokens.resources, expression: '$own.resources' },
  ];
  return (
    templateText(object, places)
      // The field was renamed in Envoy 1.33, and only one of them may be set.
      .replace(
        /failure_policy: FAIL_OPEN$/gm,
        '{{ if semverCompare ">=1.25-0" $own.istioVersion }}failure_policy: FAIL_OPEN{{ else }}fail_open: true{{ end }}',
      )
      // An analysis service outside of the cluster has no identity in the mesh.
      .replace(/^ *- \{\{ printf "--analysis-identity=.*$/m, (line) => `{{- if $identity }}\n${line}\n{{- end }}`)
  );
}

/** The filters are switched one by one. */
function condition({ kind, metadata }: Manifest, text: string): string {
  const of: Readonly<Record<string, string>> = {
    [httpFilterName]: '$isHttp',
    [httpSlotName]: '$isHttp',
    [diameterFilterName]: '$isDiameter',
    [diameterSlotName]: '$isDiameter',
  };
  const flag = kind === resources.envoyFilter.kind ? of[metadata.name] : undefined;
  return flag ? `{{- if ${flag} }}\n${text}{{- end }}\n` : text;
}

function chartYaml(name: string, description: string, version: string): ChartFile {
  return file(
    'Chart.yaml',
    `apiVersion: v2\nname: ${name}\ndescription: ${description}\nversion: ${version}\nappVersion: ${version}\n`,
  );
}

function file(name: string, content: string): ChartFile {
  return { name, bytes: new TextEncoder().encode(content) };
}
