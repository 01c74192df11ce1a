import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'interruptible-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A program that is interrupted in the middle of what it does, and then goes on so. */
function run(rest: string) {
  const script = join(folder, 'program.mts');
  writeFileSync(
    script,
    `
      import { setTimeout as pause } from 'node:timers/promises';
      import { interruptible } from ${JSON.stringify(join(import.meta.dirname, 'interruptible.ts'))};
      const interruption = interruptible();
      await interruption.hold(async () => {
        process.kill(process.pid, 'SIGINT');
        await pause(50);
        ${rest}
      });
      console.log('all is done');
    `,
  );
  return spawnSync(process.execPath, [script], { encoding: 'utf8' });
}

/** Windows has no such signals between programs. */
describe.skipIf(process.platform === 'win32')('a command that is interrupted', () => {
  const promised = 'packet-inspector: interrupted: helm ends what it does, then all is taken back.';
  const late = 'packet-inspector: the interruption came too late: what was done by then stays.';

  it('says that it was too late where no step came any more, and exits as for the signal', () => {
    const { status, stdout, stderr } = run('');
    expect(stderr).toContain(promised);
    expect(stderr).toContain(late);
    expect({ status, stdout }).toEqual({ status: 130, stdout: 'all is done\n' });
  });

  it('says nothing of the kind where a step has heard it', () => {
    const { status, stderr } = run('if (interruption.heard()) process.exitCode = 1;');
    expect(stderr).toContain(promised);
    expect(stderr).not.toContain(late);
    expect(status).toBe(1);
  });

  it('ends at once when it is interrupted again', () => {
    const { status, stdout } = run("process.kill(process.pid, 'SIGINT'); await pause(10_000);");
    expect({ status, stdout }).toEqual({ status: 130, stdout: '' });
  });
});
