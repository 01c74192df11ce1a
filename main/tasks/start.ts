/**
 * `npm start`: builds what changed and opens the window on the built-in demo. Where Electron cannot run, it says so in
 * one line and serves the same view on a loopback address, opening the browser. Arguments go on: a capture file to open.
 */
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { root } from './paths.ts';
import { buildWhenNeeded } from './up-to-date.ts';

const help = `usage: npm start [-- [--browser] [FILE]]

Opens Packet Inspector on the built-in demo cluster, or on a capture FILE.
  --browser   serve the view to the browser instead of opening a window`;

/** The Electron program, or why there is none. */
function electronProgram(): { readonly path: string } | { readonly reason: string } {
  if (process.platform === 'linux' && !process.env.DISPLAY && !process.env.WAYLAND_DISPLAY) {
    return { reason: 'there is no display' };
  }
  if (process.platform === 'linux' && process.getuid?.() === 0) {
    return { reason: "Electron's sandbox does not start as root" };
  }
  const folder = join(root, 'node_modules', 'electron');
  const program = (): string => join(folder, 'dist', readFileSync(join(folder, 'path.txt'), 'utf8'));
  if (existsSync(join(folder, 'path.txt')) && existsSync(program())) return { path: program() };
  console.log('Fetching Electron …');
  const fetched = spawnSync(process.execPath, [join(folder, 'install.js')], { encoding: 'utf8', timeout: 300_000 });
  if (fetched.status === 0) return { path: program() };
  return { reason: 'its program could not be downloaded' };
}

const args = process.argv.slice(2);
if (args.includes('--help') || args.includes('-h')) {
  console.log(help);
  process.exit(0);
}
await buildWhenNeeded();
const inBrowser = args.includes('--browser');
// npm runs its commands at the top: a file is meant from where the user is.
const startedFrom = process.env.INIT_CWD ?? process.cwd();
const passedOn = args
  .filter((argument) => argument !== '--browser')
  .map((argument) => (argument.startsWith('-') ? argument : resolve(startedFrom, argument)));
const input = passedOn.length > 0 ? passedOn : ['--demo'];
const electron = inBrowser ? { reason: '' } : electronProgram();
let child: ReturnType<typeof spawn>;
if ('path' in electron) {
  child = spawn(electron.path, [root, ...input], { stdio: 'inherit' });
} else {
  if (electron.reason) console.log(`No Electron window (${electron.reason}): the same view opens in the browser.`);
  const files = input.flatMap((argument) => (argument === '--demo' ? [argument] : ['--open', argument]));
  child = spawn(process.execPath, [join(root, 'build', 'engine', 'cli.mjs'), 'serve', '--browser', ...files], {
    stdio: 'inherit',
  });
}
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => child.kill(signal));
child.on('exit', (code, signal) => process.exit(signal ? 0 : (code ?? 1)));
