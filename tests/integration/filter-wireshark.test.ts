import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkFilter } from '../../app/filter/check.ts';
import { printEquality } from '../../app/filter/complete.ts';
import type { FilterField } from '../../app/filter/field.ts';
import { FIELDS } from '../../app/filter/fields.ts';
import { wiresharkPart } from '../../app/filter/wireshark.ts';

const run = promisify(execFile);

/** A libpcap file without packets. */
const EMPTY_PCAP = Buffer.from('d4c3b2a1020004000000000000000000ffff000065000000', 'hex');
const VALUES: Readonly<Record<Exclude<FilterField['type'], 'protocol' | 'presence' | 'group'>, string>> = {
  string: 'say "hi" \\ ä',
  number: '80',
  boolean: 'true',
  duration: '250ms',
  ipv4: '10.42.0.0/16',
  ipv6: 'fd00::/8',
  time: '2026-11-22 14:00:00Z',
};

let folder = '';
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'filter-wireshark-'));
  await writeFile(join(folder, 'empty.pcap'), EMPTY_PCAP);
});
afterAll(() => rm(folder, { recursive: true }));

/** What tshark has against a display filter; '' when nothing. */
async function complaint(filter: string): Promise<string> {
  try {
    await run('tshark', ['-r', join(folder, 'empty.pcap'), '-Y', filter]);
    return '';
  } catch (error) {
    return String(error);
  }
}

const handedOver = FIELDS.filter((field) => field.wireshark.length > 0);

describe('filters handed over to Wireshark', () => {
  it('are understood, for every field that says so', async () => {
    const now = Date.UTC(2026, 10, 22, 14);
    const filters = handedOver.flatMap((field) => [
      field.name,
      ...(field.type === 'protocol' || field.type === 'presence' || field.type === 'group'
        ? []
        : [printEquality(field.name, VALUES[field.type])]),
    ]);
    const texts = filters.map((filter) => wiresharkPart(checkFilter(filter, now).node, now));
    expect(texts.flatMap(({ rest }) => rest)).toEqual([]);
    const whole = texts.map(({ text }) => `(${text})`).join(' || ');
    expect(await complaint(whole)).toBe('');
  });

  it('would be refused otherwise', async () => {
    expect(await complaint('http.no_such_field == 1')).toContain('http.no_such_field');
  });
});
