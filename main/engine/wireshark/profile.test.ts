import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { tsharkIsInstalled } from '../../../tests/support/tshark.ts';
import { installProfile, profileName } from './profile.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'packet-inspector-profile-'));
  process.env.WIRESHARK_CONFIG_DIR = folder;
});
afterAll(() => {
  delete process.env.WIRESHARK_CONFIG_DIR;
  rmSync(folder, { recursive: true });
});

const capture = join(import.meta.dirname, '../../../tests/fixtures/captures/http/h1-python-client.pcap');

it.skipIf(!tsharkIsInstalled)('is a profile that tshark takes without complaint, with its columns', () => {
  expect(installProfile()).toBe(true);
  const out = execFileSync('tshark', ['-C', profileName, '-r', capture, '-Y', 'http.response', '-c', '20'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'pipe'],
    env: { ...process.env, WIRESHARK_CONFIG_DIR: folder },
  });
  // Status and time of the answer stand in columns of their own, behind the protocol.
  expect(out.split('\n')[0]).toMatch(/HTTP\s+200\s+0\.000\d+\s/);
});
