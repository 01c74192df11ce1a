import { spawn, spawnSync } from 'node:child_process';
import { chmodSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Command } from 'commander';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { addCaptureFlags, type CaptureFlags, captureFromFlags } from './capture-flags.ts';
import { readOverrides } from './values-file.ts';

describe('a values file and flags', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'values-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  /** What a command makes of a values file and further flags. */
  async function read(text: string, ...flags: readonly string[]) {
    const file = join(folder, 'values.yaml');
    writeFileSync(file, text);
    const command = addCaptureFlags(new Command('enable')).exitOverride();
    command.parse(['-f', file, ...flags], { from: 'user' });
    try {
      return await captureFromFlags(command.opts<CaptureFlags>());
    } catch (error) {
      throw new Error((error as Error).message.replace(`${folder}/`, ''));
    }
  }

  const head = 'aspen-mesh-packet-inspector:\n  httpCapture:\n    enabled: true\n';

  it('make the options of a capture, flags added to what the file says', async () => {
    const text = `${head}    excludePods:\n      - stealthy-pod\n  capture:\n    namespaces: [shop]\n`;
    expect(await read(text, '--exclude-pod', 'under-the-radar-app.*', '--diameter-port', '3869')).toMatchObject({
      area: { kind: 'namespaces', namespaces: ['shop'] },
      excludePods: ['stealthy-pod', 'under-the-radar-app.*'],
      diameterPort: 3869,
    });
    expect(await read(text, '-w', 'epc/ocs')).toMatchObject({ area: { kind: 'workloads' } });
  });

  it.each([
    ['not YAML', `${head}    excludePods: [a\n  capture: {}\n`, /^values\.yaml:\d: not YAML: /],
    ['a list that is a text', `${head}    excludePods: stealthy\n`, /^values\.yaml:4: .*excludePods is not a list$/],
    [
      'a word for true',
      'aspen-mesh-packet-inspector:\n  enabled: "yes"\n',
      /^values\.yaml:2: .*enabled is neither true nor/,
    ],
    [
      'a key misspelt',
      `${head}  diametreCapture:\n    enabled: true\n`,
      /^values\.yaml:4: .*diametreCapture is not known here/,
    ],
    [
      'a bad expression',
      `${head}    excludePods:\n      - fine\n      - 'bad('\n`,
      /^values\.yaml:6: .*excludePods\.1: bad\( is neither a name/,
    ],
    [
      'an empty expression',
      `${head}    excludeNamespaces: ['']\n`,
      /^values\.yaml:4: .*excludeNamespaces\.0: An empty text names/,
    ],
    [
      'a port too high',
      `${head}  diameterCapture:\n    enabled: true\n    port: 70000\n`,
      /^values\.yaml:6: .*port: .*65535/,
    ],
    [
      'a bad namespace',
      `${head}  capture:\n    namespaces:\n      - Shop_1\n`,
      /^values\.yaml:6: .*namespaces\.0: not the name/,
    ],
    ['nothing enabled', 'aspen-mesh-packet-inspector: {}\n', /^Neither HTTP nor Diameter is captured/],
  ])('say the line of %s', async (_, text, problem) => {
    await expect(read(text)).rejects.toThrow(problem);
  });

  it('name the flag when the fault is there', async () => {
    await expect(read(head, '--diameter-port', '0')).rejects.toThrow(/^diameterPort: /);
    await expect(read(head, '--exclude-pod', 'bad(')).rejects.toThrow(/^excludePods\.0: bad\(/);
  });

  it('say that a file cannot be read', async () => {
    const command = addCaptureFlags(new Command('enable'));
    command.parse(['-f', join(folder, 'none.yaml')], { from: 'user' });
    await expect(captureFromFlags(command.opts<CaptureFlags>())).rejects.toThrow(/none\.yaml cannot be read: ENOENT/);
  });
});

describe('a values file that is edited', () => {
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'values-'));
    file = join(folder, 'values.yaml');
    writeFileSync(file, 'a: 1\n');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is written where it is, through a link, with the permissions that it had', async () => {
    chmodSync(file, 0o640);
    symlinkSync('values.yaml', join(folder, 'link.yaml'));
    const overrides = await readOverrides(join(folder, 'link.yaml'));
    await overrides.write('a: 2\n');
    expect(readFileSync(file, 'utf8')).toBe('a: 2\n');
    expect(statSync(file).mode & 0o777).toBe(0o640);
  });

  it('is left alone when somebody else has changed it meanwhile', async () => {
    const overrides = await readOverrides(file);
    writeFileSync(file, 'a: theirs\n');
    await expect(overrides.write('a: ours\n')).rejects.toThrow(
      'values.yaml has changed on disk since it was opened here',
    );
    expect(readFileSync(file, 'utf8')).toBe('a: theirs\n');
  });

  it('is refused when it is not UTF-8 text, which writing it again would damage', async () => {
    writeFileSync(file, Buffer.from('name: Stra\xdfe\n', 'latin1'));
    await expect(readOverrides(file)).rejects.toThrow('values.yaml is not UTF-8 text');
  });

  it.skipIf(process.platform === 'win32')('is read from a pipe, however often it is asked for', async () => {
    const pipe = join(folder, 'pipe');
    spawnSync('mkfifo', [pipe]);
    spawn('sh', ['-c', `printf 'a: 1\\n' > ${pipe}`]);
    expect((await readOverrides(pipe)).text).toBe('a: 1\n');
    expect((await readOverrides(pipe)).text).toBe('a: 1\n');
  });
});
