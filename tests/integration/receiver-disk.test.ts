import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { batchOf, recordOf, simpleExchange } from '../support/captured.ts';
import { createTestMesh, openTail, type TestMesh, until } from '../support/cluster.ts';

describe("the receiver's disk", () => {
  let mesh: TestMesh;
  let disk: string;
  let mounted: boolean;

  beforeEach(async () => {
    mesh = await createTestMesh();
    disk = join(mesh.folder, 'disk');
    mkdirSync(disk);
    try {
      execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', disk], { stdio: 'ignore' });
      mounted = true;
    } catch {
      mounted = false;
    }
  });

  afterEach(async () => {
    if (mounted) execFileSync('umount', ['-l', disk]);
    await mesh.close();
  });

  it('full (a file system of 1 MB, where one may be mounted): captures go on, lost files are counted, and it is over when there is room', async (test) => {
    if (!mounted) test.skip();
    const receiver = await mesh.startReceiver({ folder: disk });
    const aggregator = await mesh.startAggregator(receiver.address);
    const tail = openTail(receiver.tailAddress);
    const seen = () =>
      tail.messages.filter((message) => message.type === 'document' && message.document.type === 'capture').length;
    const metric = (name: string) => receiver.metrics().find((one) => one.name === name)!.value;
    let sent = 0;
    const send = async (count: number) => {
      for (const end = sent + count; sent < end; ) {
        sent++;
        aggregator.takeBatch(batchOf(sent, [recordOf(sent, simpleExchange(`/${sent}`, 'x'.repeat(5_000)))]));
      }
      await until(() => seen() === sent, 'all captures at the tail');
      await until(() => metric('files_waiting_bytes') === 0, 'all files tried');
    };
    const files = () => readdirSync(disk).filter((name) => name.endsWith('.bson')).length;

    writeFileSync(join(disk, 'ballast'), Buffer.alloc(400_000));
    await send(200);
    expect(metric('files_failed_total')).toBeGreaterThan(0);
    await until(() => files() + metric('files_failed_total') === sent, 'each capture is a file, or counted');
    expect(receiver.problems().join()).toMatch(/captures cannot be written to .*: ENOSPC/);
    const failed = metric('files_failed_total');

    rmSync(join(disk, 'ballast'));
    await send(10);
    expect(metric('files_failed_total')).toBe(failed);
    expect(receiver.problems()).toEqual([]);
    tail.close();
  });
});
