import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  chmodSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { interfaceBlock, packetBlock, sectionHeaderBlock } from '../../app/formats/pcapng/pcapng-writer.ts';
import { exitCodes } from '../../main/cli/exit-codes.ts';
import { Session } from '../../main/engine/session/session.ts';
import { Workspace } from '../../main/engine/session/workspace.ts';
import { callDocuments } from '../support/capture-documents.ts';
import { startTestEngine } from '../support/engine.ts';
import { tsharkFields, tsharkIsInstalled } from '../support/tshark.ts';

let folder: string;
let file: string;

interface Outcome {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

const capture = join(import.meta.dirname, '../fixtures/captures/http/h1-h2load.pcap');
const program = join(import.meta.dirname, '../../main/cli/main.ts');

function run(...args: readonly string[]): Promise<Outcome> {
  return new Promise((resolve) => {
    execFile(process.execPath, [program, ...args], { encoding: 'utf8' }, (error, out, errors) => {
      resolve({ code: error === null ? 0 : Number(error.code), out, error: errors });
    });
  });
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-cli-'));
  const workspace = new Workspace(join(folder, 'home'));
  const session = Session.live(workspace, Date.now());
  for (let number = 0; number < 51; number++) for (const each of callDocuments(number)) session.document(each);
  await session.close();
  workspace.close();
  file = session.path;
});

afterAll(() => rmSync(folder, { recursive: true }));

describe('packet-inspector read', () => {
  it('prints a line for each flow', async () => {
    const { code, out, error } = await run('read', file);
    expect([code, error]).toEqual([exitCodes.success, '']);
    const lines = out.trimEnd().split('\n');
    expect(lines).toHaveLength(51);
    expect(lines[1]).toMatch(
      /^2026-\S+Z {2}HTTP\/1\.1 {2}shop\/frontend-0 -> shop\/catalog-0 {2}GET {2}\/products\/1\?limit=20 {2}200 {2}0\.600 ms {2}0\/\d+ bytes$/,
    );
  });

  it('prints fields of the flows that match', async () => {
    const fields = ['-e', 'http.request.uri', '-e', 'k8s.dst.pod', '-e', 'http.server'];
    const { code, out } = await run('read', file, '-Y', 'http.response.code == 503', '-T', 'fields', ...fields);
    expect(code).toBe(exitCodes.success);
    expect(out).toBe('/products/0?limit=20\tcatalog-0\tenvoy\n/products/50?limit=20\tcatalog-0\tenvoy\n');
  });

  it('prints JSON with headers and observations', async () => {
    const { out } = await run('read', file, '-Y', 'http.request.uri contains "/products/7?"', '-T', 'json');
    const [flow, ...others] = JSON.parse(out);
    expect(others).toEqual([]);
    expect(flow.request.headers).toContainEqual({ name: 'accept', value: 'application/json' });
    expect(flow.observations.map((seen: { vantage: string }) => seen.vantage)).toEqual(['consumer', 'producer']);
  });

  it('shows what a terminal would obey, in every format, and in what it complains of', async () => {
    const hostile = join(folder, 'a\x1b]0;name\x07.pcap');
    // As long as what it replaces: the packets' lengths stay true. The second is CSI in one character.
    const target = Buffer.from('/\x1b[2J\x9b31m').toString('latin1');
    const bytes = readFileSync(capture, 'latin1').replace('GET /chunked HTTP', `GET ${target.slice(0, 8)} HTTP`);
    writeFileSync(hostile, bytes.replace('h2load nghttp2/1.52.0', 'h2\u009b nghttp2/1.52 xy\x0b\x7f'), 'latin1');
    const formats = [[], ['-T', 'json'], ['-T', 'fields', '-e', 'http.request.uri', '-e', 'http.user_agent']];
    for (const format of formats) {
      const { code, out } = await run('read', hostile, ...format);
      expect(code).toBe(exitCodes.success);
      expect(out).toMatch(format.includes('json') ? /\/\\u001b\[2J/ : /\/\\x1b\[2J/);
      expect(out).toMatch(/^[\P{Cc}\n\t]*$/u);
    }
    const { error } = await run('read', join(folder, 'missing\x1b[31m.pcap'));
    expect(error).toMatch(/^packet-inspector: .*missing\\x1b\[31m\.pcap/);
  });

  it('prints an empty array when nothing matches', async () => {
    const { code, out } = await run('read', file, '-Y', 'http.response.code == 418', '-T', 'json');
    expect([code, JSON.parse(out)]).toEqual([exitCodes.success, []]);
  });

  it('prints of standard input what is over while more is still to come', async () => {
    const bytes = readFileSync(capture);
    const child = spawn(process.execPath, [program, 'read', '-'], { stdio: ['pipe', 'pipe', 'inherit'] });
    let out = '';
    child.stdout.on('data', (text) => {
      out += text;
    });
    const half = Math.floor(bytes.length / 2);
    child.stdin.write(bytes.subarray(0, half));
    // What stands in the middle of a packet waits for the rest of it.
    await expect.poll(() => out.split('\n').length, { timeout: 15_000 }).toBeGreaterThan(2);
    const before = out;
    child.stdin.end(bytes.subarray(half));
    expect(await once(child, 'exit')).toEqual([exitCodes.success, null]);
    expect(out.startsWith(before)).toBe(true);
    // A call that was open for too long comes after others.
    const sorted = (lines: string) => lines.split('\n').toSorted();
    expect(sorted(out)).toEqual(sorted((await run('read', capture)).out));
  });

  it('ends with the code that --help documents', async () => {
    const cut = join(folder, 'cut.pcapng');
    writeFileSync(cut, readFileSync(file));
    truncateSync(cut, statSync(file).size - 7);
    const cases: readonly (readonly [code: number, args: readonly string[]])[] = [
      [exitCodes.usage, ['read']],
      [exitCodes.usage, ['read', file, '-T', 'xml']],
      [exitCodes.usage, ['read', file, '-T', 'fields']],
      [exitCodes.usage, ['read', file, '-T', 'fields', '-e', 'no.such.field']],
      [exitCodes.usage, ['read', file, '-Y', 'http.response.code ==']],
      [exitCodes.unreadable, ['read', join(folder, 'missing.pcap')]],
      [exitCodes.unreadable, ['read', folder]],
      [exitCodes.unreadable, ['read', join(import.meta.dirname, '../../package.json')]],
      [exitCodes.damaged, ['read', cut]],
      [exitCodes.success, ['--help']],
      [exitCodes.success, ['read', '--help']],
    ];
    for (const [code, args] of cases) expect([args, (await run(...args)).code]).toEqual([args, code]);
    expect((await run('--help')).out).toContain('Exit codes:');
  });
});

describe('packet-inspector convert', () => {
  it('writes the flows that match in the format of the ending', async () => {
    const har = join(folder, 'some.har');
    const wanted = await run('convert', file, har, '-Y', 'http.response.code == 503');
    expect([wanted.code, wanted.out]).toEqual([exitCodes.success, expect.stringContaining('2 flows')]);
    expect(JSON.parse(readFileSync(har, 'utf8')).log.entries).toHaveLength(2);
    const packets = join(folder, 'some.pcapng');
    expect((await run('convert', har, packets)).code).toBe(exitCodes.success);
    const fields = ['-T', 'fields', '-e', 'http.request.uri', '-e', 'k8s.src.pod'];
    expect((await run('read', packets, ...fields)).out).toBe(
      '/products/0?limit=20\tfrontend-0\n/products/50?limit=20\tfrontend-0\n',
    );
  });

  it('writes pcap of microseconds or nanoseconds, which has the same flows, for tshark too', async () => {
    const fields = ['-T', 'fields', '-e', 'http.request.uri', '-e', 'http.response.code', '-e', 'tcp.srcport'];
    const before = await run('read', capture, ...fields);
    const times = (path: string) => tsharkFields(path, ['frame.time_epoch', 'tcp.payload'], 'tcp.len > 0');
    for (const [name, magic] of [
      ['all.pcap', 0xa1b2c3d4],
      ['all.ns.pcap', 0xa1b23c4d],
    ] as const) {
      const written = join(folder, name);
      expect((await run('convert', capture, written)).code).toBe(exitCodes.success);
      expect(readFileSync(written).readUInt32LE(0)).toBe(magic);
      expect((await run('read', written, ...fields)).out).toBe(before.out);
      if (tsharkIsInstalled) expect(times(written)).toEqual(times(capture));
      const some = join(folder, `some-${name}`);
      expect((await run('convert', written, some, '-Y', 'tcp.srcport == 1')).out).toContain('0 flows');
      expect((await run('read', some)).out).toBe('');
    }
    // What sidecars captured is seen as on a wire then: each sidecar's packets for themselves.
    const plain = join(folder, 'plain.ns.pcap');
    expect((await run('convert', file, plain)).code).toBe(exitCodes.success);
    expect((await run('read', plain)).out.split('\n').length).toBeGreaterThan(
      (await run('read', file)).out.split('\n').length,
    );
  });

  it('says where pcap has no room for what there is', async () => {
    const mixed = join(folder, 'mixed.pcapng');
    const packet = (id: number) => packetBlock(id, 1n, new Uint8Array(60));
    const blocks = [sectionHeaderBlock({}), interfaceBlock(1, 'a'), interfaceBlock(101, 'b'), packet(0), packet(1)];
    writeFileSync(mixed, Buffer.concat(blocks));
    const outcome = await run('convert', mixed, join(folder, 'mixed.pcap'));
    expect([outcome.code, outcome.error]).toEqual([
      exitCodes.failed,
      expect.stringMatching(/of 1 and 101: save them as pcapng/),
    ]);
  });

  it('says what cannot be done', async () => {
    const cases: readonly (readonly [code: number, to: string, words: RegExp])[] = [
      [exitCodes.usage, 'some.txt', /one of \.pcapng, \.pcap, \.ns\.pcap, \.har\./],
      [exitCodes.failed, join(folder, 'none', 'a.har'), /cannot be written/],
    ];
    for (const [code, to, words] of cases) {
      const outcome = await run('convert', file, to);
      expect([outcome.code, outcome.error]).toEqual([code, expect.stringMatching(words)]);
    }
    expect((await run('convert', join(folder, 'missing.pcap'), 'a.har')).code).toBe(exitCodes.unreadable);
  });
});

describe('temporary files', () => {
  let temporary: string;
  let home: string;

  /** The program with a home and a folder for temporary files of its own, once it has written something. */
  async function started(...args: readonly string[]) {
    temporary = mkdtempSync(join(folder, 'temporary-'));
    home = join(temporary, 'home');
    mkdirSync(home);
    const child = spawn(process.execPath, [program, ...args], {
      env: { ...process.env, TMPDIR: temporary, PACKET_INSPECTOR_HOME: home },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    await once(child.stdout, 'data');
    return child;
  }

  it('of read go when the reader of its output has seen enough', async () => {
    const child = await started('read', file, '-T', 'json');
    child.stdout.destroy();
    expect(await once(child, 'exit')).toEqual([exitCodes.success, null]);
    expect(readdirSync(temporary)).toEqual(['home']);
  });

  it("of serve go with Ctrl-C, which comes twice where npm's task passes it on", async () => {
    const child = await started('serve');
    const exit = once(child, 'exit');
    child.kill('SIGINT');
    child.kill('SIGINT');
    expect(await exit).toEqual([exitCodes.success, null]);
    expect(readdirSync(temporary)).toEqual(['home']);
    expect(readdirSync(join(home, 'scratch'))).toEqual([]);
    // Nothing was captured.
    expect(readdirSync(join(home, 'sessions'))).toEqual([]);
  });
});

describe('Wireshark', () => {
  it('is started with the file, the filter and what the ports speak; its absence gives advice', async () => {
    const engine = startTestEngine();
    const path = process.env.PATH;
    process.env.WIRESHARK_CONFIG_DIR = join(folder, 'wireshark-settings');
    const standIn = join(folder, 'wireshark');
    writeFileSync(standIn, `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(folder, 'arguments')}\n`);
    chmodSync(standIn, 0o755);
    try {
      await engine.handlers['session.open']({ path: file });
      process.env.PATH = `${folder}${delimiter}${path}`;
      const filter = 'http.response.code == 503 && k8s.namespace == "shop"';
      const result = await engine.handlers['wireshark.open']({ filter });
      expect(result).toMatchObject({ started: true, path: standIn, advice: '' });
      const expected = ['-C', 'Packet Inspector', '-r', result.file, '-Y', expect.stringContaining('503'), '-N', 'n'];
      expect(result.arguments).toEqual(expected);
      expect(readFileSync(join(folder, 'arguments'), 'utf8').trimEnd().split('\n')).toEqual(expected);
      expect(statSync(result.file).mode & 0o777).toBe(0o600);

      const preferences = join(folder, 'wireshark-settings', 'profiles', 'Packet Inspector', 'preferences');
      expect(readFileSync(preferences, 'utf8')).toContain('nameres.use_external_name_resolver: FALSE');
      writeFileSync(preferences, 'of the user\n');

      writeFileSync(standIn, '#!/bin/sh\nexit 3\n');
      const failed = await engine.handlers['wireshark.open']({ filter: '' });
      expect(failed).toMatchObject({ started: false, advice: expect.stringContaining('exit code 3') });

      expect(readFileSync(preferences, 'utf8')).toBe('of the user\n');

      const set = engine.handlers['settings.set'];
      await expect(set({ wiresharkPath: join(folder, 'none') })).rejects.toThrow(/There is no file/);
      await set({ wiresharkPath: file });
      const missing = await engine.handlers['wireshark.open']({ filter: '' });
      expect(missing).toMatchObject({ started: false, path: '', advice: expect.stringContaining(file) });
      expect(statSync(missing.file).size).toBeGreaterThan(1000);
    } finally {
      process.env.PATH = path;
      delete process.env.WIRESHARK_CONFIG_DIR;
      await engine.dispose();
    }
  });
});
