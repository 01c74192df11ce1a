import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { root } from '../../main/tasks/paths.ts';

let home: string;
beforeAll(() => {
  home = mkdtempSync(join(tmpdir(), 'packet-inspector-tasks-'));
});
afterAll(() => rmSync(home, { recursive: true }));

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}

describe('the commands of npm', () => {
  it.each(['start', 'parts', 'screenshots'])('%s says with --help what it does, and does not do it', async (name) => {
    const { stdout } = await promisify(execFile)('npm', ['run', '-s', name, '--', '--help'], { cwd: root });
    expect(stdout).toMatch(new RegExp(`^usage: npm (run )?${name}`));
  });

  it('leave nothing behind when npm itself is ended', async () => {
    const npm = spawn('npm', ['run', '-s', 'packet-inspector', '--', 'serve'], {
      cwd: root,
      env: { ...process.env, PACKET_INSPECTOR_HOME: home },
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const [line] = await once(npm.stdout, 'data');
    const port = Number(/127\.0\.0\.1:(\d+)/.exec(String(line))![1]);
    expect(await isListening(port)).toBe(true);
    npm.kill('SIGTERM');
    await expect.poll(() => isListening(port), { timeout: 10_000 }).toBe(false);
  });
});
