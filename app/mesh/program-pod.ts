import type { CaptureSite } from './capture-site.ts';
import { meshRootConfigMap, ownLabel, statusPort } from './names.ts';

export interface ProgramPod {
  /** Container, bundle and ConfigMap entry. */
  readonly program: 'aggregator' | 'receiver' | 'lease-keeper';
  /** Of the ConfigMap that holds the program, and of its service account. */
  readonly name: string;
  readonly app: string;
  readonly arguments: readonly string[];
  readonly ports: readonly { readonly name: string; readonly containerPort: number }[];
  readonly resources: Readonly<Record<'requests' | 'limits', Readonly<Record<string, string>>>>;
  /** Which build of the program it is: pods are made anew when it changes. */
  readonly build: string;
  /** What it identifies itself to: peers in the mesh by certificates, or the API server by its service account. */
  readonly access: 'mesh' | 'api server';
}

/** Folders in the containers. */
export const certificateFolder = '/etc/analysis/certs';
const programFolder = '/opt/packet-inspector';
const tokenFolder = '/var/run/secrets/tokens';
const meshRootFolder = '/var/run/secrets/istio';
export const captureFolder = '/tmp';

/**
 * glibc gives large buffers back to the system at once only while it does not adjust its thresholds by itself, which it does
 * unless one of them is set. Without this, 100 MB and more of freed batches stay resident. https://man7.org/linux/man-pages/man3/mallopt.3.html
 */
export const programEnvironment = { MALLOC_TRIM_THRESHOLD_: '131072' } as const;

/** What else the program's ConfigMap holds: the mesh's roots, where istiod may not publish them in its namespace. */
export function copiedRoots({ settings }: CaptureSite): Readonly<Record<string, string>> {
  return settings.roots === '' ? {} : { 'root-cert.pem': settings.roots };
}

/** Where a program of ours finds its certificate: Citadel's secret where there is one, else the CA of the mesh. */
export function certificateArguments({ settings }: CaptureSite): readonly string[] {
  return [
    `--cert=${certificateFolder}/cert-chain.pem`,
    `--key=${certificateFolder}/key.pem`,
    `--ca=${certificateFolder}/root-cert.pem`,
    `--istiod=${settings.certificateService}`,
    `--istiod-token=${tokenFolder}/istio-token`,
    `--istiod-root=${meshRootFolder}/root-cert.pem`,
  ];
}

/**
 * The pod template of a program of ours: a stock Node image with the program from a ConfigMap, within the restricted Pod
 * Security level: no root, no capabilities, a file system that cannot be written to but for /tmp. Certificates come from
 * Citadel's secret where there is one; the token is what istiod gives a certificate for else.
 */
export function programPodTemplate(site: CaptureSite, pod: ProgramPod): object {
  const volumes = [...ownVolumes(pod), ...(pod.access === 'mesh' ? identityVolumes(site, pod) : [])];
  return {
    metadata: {
      labels: { app: pod.app, ...ownLabel, 'sidecar.istio.io/inject': 'false' },
      annotations: { 'packet-inspector/build': pod.build, 'sidecar.istio.io/inject': 'false' },
    },
    spec: {
      serviceAccountName: pod.name,
      automountServiceAccountToken: pod.access === 'api server',
      enableServiceLinks: false,
      terminationGracePeriodSeconds: 5,
      securityContext: {
        runAsNonRoot: true,
        // The image's own user is root.
        ...(site.assignsUsers ? {} : { runAsUser: 1000, runAsGroup: 1000, fsGroup: 1000 }),
        seccompProfile: { type: 'RuntimeDefault' },
      },
      containers: [
        {
          name: pod.program,
          image: site.capture.image,
          command: ['node', `${programFolder}/${pod.program}.mjs`],
          args: pod.arguments,
          env: [
            { name: 'NODE_NAME', valueFrom: { fieldRef: { fieldPath: 'spec.nodeName' } } },
            ...Object.entries(programEnvironment).map(([name, value]) => ({ name, value })),
          ],
          ports: [...pod.ports, { name: 'status', containerPort: statusPort }].map((port) => ({
            ...port,
            protocol: 'TCP',
          })),
          readinessProbe: { httpGet: { path: '/healthz', port: 'status' }, periodSeconds: 2 },
          resources: pod.resources,
          securityContext: {
            allowPrivilegeEscalation: false,
            readOnlyRootFilesystem: true,
            capabilities: { drop: ['ALL'] },
          },
          volumeMounts: volumes.map(({ mount }) => mount),
        },
      ],
      volumes: volumes.map(({ volume }) => volume),
    },
  };
}

interface Volume {
  readonly name: string;
  readonly configMap?: object;
  readonly secret?: object;
  readonly projected?: object;
  readonly emptyDir?: object;
}

interface MountedVolume {
  readonly volume: Volume;
  readonly mount: { readonly name: string; readonly mountPath: string; readonly readOnly?: true };
}

function mounted(mountPath: string, volume: Volume, access: { readonly readOnly?: true }): MountedVolume {
  return { volume, mount: { name: volume.name, mountPath, ...access } };
}

const readOnly = { readOnly: true } as const;

function ownVolumes({ name }: ProgramPod): readonly MountedVolume[] {
  const program = { name: 'program', configMap: { name } };
  const temporary = { name: 'tmp', emptyDir: { sizeLimit: '2Gi' } };
  return [mounted(programFolder, program, readOnly), mounted(captureFolder, temporary, {})];
}

function identityVolumes({ settings }: CaptureSite, { name }: ProgramPod): readonly MountedVolume[] {
  const token = { path: 'istio-token', audience: 'istio-ca', expirationSeconds: 43_200 };
  const secret = { secretName: `istio.${name}`, optional: true, defaultMode: 0o440 };
  const projected = { defaultMode: 0o440, sources: [{ serviceAccountToken: token }] };
  // Where istiod may not publish it, there is a copy beside the program.
  const root = settings.roots === '' ? { name: meshRootConfigMap, optional: true } : { name };
  return [
    mounted(certificateFolder, { name: 'istio-certs', secret }, readOnly),
    mounted(tokenFolder, { name: 'istio-token', projected }, readOnly),
    mounted(meshRootFolder, { name: 'istio-root', configMap: root }, readOnly),
  ];
}
