// Runs a task of this folder, or a program by its path from the top, on the pinned Node, installing the npm packages first where they are missing or older
// than the lockfile. Plain JavaScript for Node 20 and newer, because it runs before anything is installed.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const [task, ...args] = process.argv.slice(2);
if (!task) {
  console.error('usage: node main/tasks/bootstrap.mjs TASK|PATH [ARGUMENT…]');
  process.exit(2);
}

function installed() {
  const marker = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(marker)) return false;
  const wanted = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  const present = JSON.parse(readFileSync(marker, 'utf8')).packages;
  return Object.entries(wanted).every(
    ([path, entry]) => path === '' || entry.optional || present[path]?.version === entry.version,
  );
}

function install() {
  console.log('Installing the npm packages of package-lock.json …');
  const args = ['ci', '--no-audit', '--no-fund', '--loglevel=error'];
  // On Windows npm is a batch file, which only a shell starts.
  const result = spawnSync('npm', args, { cwd: root, stdio: 'inherit', shell: process.platform === 'win32' });
  if (result.error) console.error(`npm could not be started: ${result.error.message}`);
  if (result.status !== 0) process.exit(result.status ?? 1);
}

if (!installed()) install();
const node = join(root, 'node_modules', 'node', 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
const program = task.includes('/') ? join(root, task) : join(root, 'main', 'tasks', `${task}.ts`);
// Away from a terminal the program and all that it starts are a group, which a signal reaches as a whole. In a terminal they
// have to stay in its group: Ctrl-C reaches them there, and only there may they read what is typed.
const isGroup = process.platform !== 'win32' && !process.stdin.isTTY;
const child = spawn(existsSync(node) ? node : process.execPath, [program, ...args], {
  cwd: root,
  stdio: 'inherit',
  detached: isGroup,
});
function pass(signal) {
  try {
    if (isGroup) process.kill(-child.pid, signal);
    else child.kill(signal);
  } catch {
    // It has ended by itself meanwhile.
  }
}
// The program ends first, and we with it: otherwise it would go on alone, or put its files away behind the next prompt.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => pass(signal));
// When npm is ended, its shell between us is killed and tells nobody: then the parent is another.
const parent = process.ppid;
const watch = setInterval(() => {
  if (process.ppid === parent) return;
  clearInterval(watch);
  pass('SIGTERM');
}, 500);
watch.unref();
child.on('error', (error) => {
  console.error(`${node} could not be started: ${error.message}`);
  process.exit(1);
});
child.on('exit', (code) => process.exit(code ?? 1));
