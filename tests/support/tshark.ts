import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Tests that have tshark judge are skipped by name where it is not installed. */
export const tsharkIsInstalled = spawnSync('tshark', ['-v']).status === 0;

/** One packet: the fields that were asked for, several values of one field joined by commas. */
export type TsharkRow = readonly string[];

/** What tshark makes of a capture file's packets, one row for each that `filter` (a display filter) lets through. */
export function tsharkFields(
  file: string,
  fields: readonly string[],
  filter = '',
  options: readonly string[] = [],
): TsharkRow[] {
  const args = ['-r', file, '-n', '-o', 'tcp.check_checksum:TRUE', '-o', 'ip.check_checksum:TRUE', ...options];
  if (filter !== '') args.push('-Y', filter);
  const text = execFileSync('tshark', [...args, '-T', 'fields', ...fields.flatMap((field) => ['-e', field])], {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return text
    .split('\n')
    .slice(0, -1)
    .map((line) => line.split('\t'));
}

/** The same for a capture that is not in a file yet. */
export function tsharkReads(
  capture: Uint8Array,
  fields: readonly string[],
  filter = '',
  options: readonly string[] = [],
): TsharkRow[] {
  const folder = mkdtempSync(join(tmpdir(), 'packet-inspector-tshark-'));
  try {
    const file = join(folder, 'capture.pcap');
    writeFileSync(file, capture);
    return tsharkFields(file, fields, filter, options);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** Bodies of HTTP/1 messages, their chunks undone, in hexadecimal: `http.file_data`, which versions before 4.2 print as text. */
export function tsharkBodies(file: string): string[] {
  const args = ['-r', file, '-n', '-Y', 'http', '-T', 'json', '-x', '-J', 'http'];
  const text = execFileSync('tshark', args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  const packets = JSON.parse(text) as readonly {
    readonly _source: { readonly layers: { readonly http: { readonly 'http.file_data_raw'?: readonly [string] } } };
  }[];
  return packets.map(({ _source: { layers } }) => layers.http['http.file_data_raw']?.[0] ?? '');
}
