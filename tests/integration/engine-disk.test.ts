import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Session } from '../../main/engine/session/session.ts';
import { Workspace } from '../../main/engine/session/workspace.ts';
import { callDocuments } from '../support/capture-documents.ts';

let folder: string;
let mounted: boolean;

/** A file system of a few megabytes, where this user may make one. */
function mountSmallDisk(path: string): boolean {
  try {
    mkdirSync(path);
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=4m', 'tmpfs', path], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-disk-'));
  mounted = mountSmallDisk(join(folder, 'disk'));
});

afterEach(() => {
  if (mounted) execFileSync('umount', [join(folder, 'disk')]);
  rmSync(folder, { recursive: true });
});

async function flowsOf(path: string): Promise<{ flows: number; problems: readonly string[] }> {
  const workspace = new Workspace(join(folder, 'reader'));
  const session = Session.ofFile(workspace, path);
  await session.read(new AbortController().signal, () => {});
  const result = {
    flows: session.flows.index.total,
    problems: session.fileProblems.map((problem) => problem.code),
  };
  await session.close();
  workspace.close();
  return result;
}

const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

describe('a full disk', () => {
  it('is told, costs only what does not fit, and is over when there is room again', async (test) => {
    if (!mounted) test.skip();
    const disk = join(folder, 'disk');
    const workspace = new Workspace(join(disk, 'home'));
    const session = Session.live(workspace, Date.now());
    const ballast = join(disk, 'ballast');
    const feed = async (from: number, to: number) => {
      for (let number = from; number < to; number++) for (const each of callDocuments(number)) session.document(each);
      await session.flush();
    };
    await feed(0, 100);
    const kept = await flowsOf(session.path);
    expect(kept).toEqual({ flows: 100, problems: [] });

    for (const size of [2 ** 20, 2 ** 16, 2 ** 12]) {
      try {
        for (;;) writeFileSync(ballast, new Uint8Array(size), { flag: 'a' });
      } catch {
        // Full to the size of a piece.
      }
    }
    await feed(100, 400);
    expect(session.info().problems.map((problem) => problem.code)).toContain('file.write');
    expect(session.info().problems[0]!.text).toMatch(/session\.pcapng: the disk is full\.$/);
    expect(session.info().flows).toBe(400);
    expect((await flowsOf(session.path)).flows).toBeGreaterThanOrEqual(100);

    rmSync(ballast);
    await pause(1100);
    await feed(400, 500);
    const codes = session.info().problems.map((problem) => problem.code);
    expect(codes).not.toContain('file.write');
    expect(codes).toContain('session.lost');
    await session.close();
    workspace.close();
    const after = await flowsOf(session.path);
    expect(after.problems).toEqual([]);
    expect(after.flows).toBeGreaterThanOrEqual(200);
    expect(after.flows).toBeLessThan(500);
  });
});

describe('an engine that is killed', () => {
  it('leaves all but the last second in the session file', async () => {
    const home = join(folder, 'home');
    const program = `
      import { Session } from ${JSON.stringify(join(import.meta.dirname, '../../main/engine/session/session.ts'))};
      import { Workspace } from ${JSON.stringify(join(import.meta.dirname, '../../main/engine/session/workspace.ts'))};
      import { SessionHost } from ${JSON.stringify(join(import.meta.dirname, '../../main/engine/session/session-host.ts'))};
      import { callDocuments } from ${JSON.stringify(join(import.meta.dirname, '../support/capture-documents.ts'))};
      let decoding = false;
      const onChange = () => {
        if (!decoding) setTimeout(() => console.log('a second has gone by'), 1000);
        decoding = true;
      };
      const host = new SessionHost({ workspace: new Workspace(${JSON.stringify(home)}), onChange, onSwitch() {} });
      for (let number = 0; number < 300; number++) callDocuments(number).forEach((each) => host.document(each));
    `;
    const script = join(folder, 'engine.mts');
    writeFileSync(script, program);
    const child = spawn(process.execPath, [script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    const [name] = readdirSync(join(home, 'sessions'));
    expect(await flowsOf(join(home, 'sessions', name!, 'session.pcapng'))).toEqual({ flows: 300, problems: [] });
    const workspace = new Workspace(home);
    expect(readdirSync(join(home, 'scratch'))).toEqual([expect.stringMatching(new RegExp(`^${process.pid}-`))]);
    workspace.close();
  });
});
