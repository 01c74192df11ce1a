import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { _electron, type ElectronApplication } from 'playwright-core-electron9';
import { buildFolder, partsFolder, root } from '../../main/tasks/paths.ts';
import { writeFuseHook } from './packaged.ts';

const electronFolder = join(partsFolder, 'electron-9.4.1');

/** The one Electron that a package registry serves. It is old: a pass proves the shell, not the current Electron. */
export const electronIsThere = existsSync(join(electronFolder, 'electron'));

/** A folder with the application as its build lays it out, with the renderer that the old Electron's Chromium can run. */
export interface ApplicationFolder {
  readonly path: string;
  readonly home: string;
  /** What the stand-in for Wireshark was started with; null before. */
  wiresharkArguments(): string[] | null;
  remove(): void;
}

export function layApplication(): ApplicationFolder {
  const folder = mkdtempSync(join(tmpdir(), 'pi-electron-'));
  const path = join(folder, 'application');
  mkdirSync(join(path, 'build'), { recursive: true });
  for (const part of ['shell', 'engine'])
    cpSync(join(buildFolder, part), join(path, 'build', part), { recursive: true });
  cpSync(join(buildFolder, 'renderer-chrome83'), join(path, 'build', 'renderer'), { recursive: true });
  symlinkSync(join(root, 'resources'), join(path, 'resources'));
  const description = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>;
  const { name, productName, version, main } = description;
  writeFileSync(
    join(path, 'package.json'),
    JSON.stringify({ name, productName, version, main, description: 'smoke test', author: 'tests' }),
  );
  const told = join(folder, 'wireshark-arguments');
  mkdirSync(join(folder, 'bin'));
  // One argument a line, moved into place whole.
  writeFileSync(
    join(folder, 'bin', 'wireshark'),
    `#!/bin/sh\nprintf '%s\\n' "$@" > '${told}.new' && mv '${told}.new' '${told}'\n`,
    {
      mode: 0o755,
    },
  );
  return {
    path,
    home: join(folder, 'home'),
    wiresharkArguments: () => (existsSync(told) ? readFileSync(told, 'utf8').split('\n').slice(0, -1) : null),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Packages the folder with the project's own electron-builder settings as they ship, but the Electron that is there. */
export function packageApplication(folder: ApplicationFolder): string {
  const output = join(folder.path, '..', 'packaged');
  rmSync(join(folder.path, 'resources'));
  cpSync(join(root, 'resources'), join(folder.path, 'resources'), { recursive: true });
  cpSync(join(root, 'LICENSE'), join(folder.path, 'LICENSE'));
  // This Electron's program has no fuses to set.
  const hook = join(folder.path, '..', 'fuses.mjs');
  writeFuseHook(hook);
  const result = spawnSync(
    process.execPath,
    [
      join(root, 'node_modules', 'electron-builder', 'cli.js'),
      ...[
        '--projectDir',
        folder.path,
        '--config',
        join(root, 'electron-builder.yml'),
        '--linux',
        'dir',
        '--publish',
        'never',
      ],
      `-c.electronVersion=9.4.1`,
      `-c.electronDist=${electronFolder}`,
      `-c.directories.output=${output}`,
      `-c.afterPack=${hook}`,
    ],
    { cwd: folder.path, encoding: 'utf8' },
  );
  if (result.status !== 0) throw new Error(`electron-builder failed:\n${result.stdout}\n${result.stderr}`);
  return join(output, 'linux-unpacked');
}

/** Starts the application, from its folder or packaged. */
export function launch(
  folder: ApplicationFolder,
  display: string,
  packaged: string | null,
  args: readonly string[] = [],
): Promise<ElectronApplication> {
  const environment: Record<string, string> = {
    ...(process.env as Record<string, string>),
    DISPLAY: display,
    // Electron's own look for unsafe settings tries eval in the page, which the policy tells as an error.
    ELECTRON_DISABLE_SECURITY_WARNINGS: 'true',
    PACKET_INSPECTOR_HOME: folder.home,
    // What Electron keeps by itself, and where the window was.
    XDG_CONFIG_HOME: join(folder.path, '..', 'config'),
    WIRESHARK_CONFIG_DIR: join(folder.path, '..', 'wireshark-settings'),
    PATH: [join(folder.path, '..', 'bin'), join(root, 'node_modules', '.bin'), process.env.PATH].join(delimiter),
  };
  // Root needs --no-sandbox; the page's own sandboxing is asked of the window in the test.
  return packaged === null
    ? _electron.launch({
        executablePath: join(electronFolder, 'electron'),
        args: ['--no-sandbox', folder.path, ...args],
        env: environment,
      })
    : _electron.launch({
        executablePath: join(packaged, 'packet-inspector'),
        args: ['--no-sandbox', ...args],
        env: environment,
      });
}
