import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { damages } from '../fixtures/http-captures/damage.ts';
import { HTTP1_PORT, HTTP2_PORT } from '../fixtures/http-captures/ports.ts';
import { tsharkIsInstalled } from '../support/tshark.ts';
import { readExplanations } from './http/explanations.ts';
import { differences, type SeenMessage, UNKNOWN } from './http/message.ts';
import { ourMessages } from './http/our-messages.ts';
import { tsharkMessages } from './http/tshark-messages.ts';

const folder = join(import.meta.dirname, '..', 'fixtures', 'captures', 'http');
const names = readdirSync(folder)
  .filter((name) => name.endsWith('.pcap'))
  .map((name) => name.slice(0, -'.pcap'.length));
const pathOf = (name: string) => join(folder, `${name}.pcap`);
const explanations = readExplanations(readFileSync(join(import.meta.dirname, 'README.md'), 'utf8'));
const missing = tsharkIsInstalled ? '' : ' (skipped: tshark is not installed)';

describe.skipIf(!tsharkIsInstalled)(`HTTP as tshark decodes it${missing}`, () => {
  const used = new Set<string>();

  it.each(names)('%s', (name) => {
    const found = differences(
      ourMessages(pathOf(name)),
      tsharkMessages(pathOf(name), { http: HTTP1_PORT, http2: HTTP2_PORT }),
    );
    const unexplained = found.filter((difference) => {
      const explanation = explanations.find((each) => each.covers(name, difference));
      if (explanation !== undefined) used.add(explanation.row);
      return explanation === undefined;
    });
    expect(unexplained).toEqual([]);
  });

  it('differs in all that the table says', () => {
    expect(explanations.map(({ row }) => row).filter((row) => !used.has(row))).toEqual([]);
  });
});

describe('HTTP in damaged captures', () => {
  /** Of the messages in the undamaged capture, so many are found as they are there: what the damage hits is lost. */
  const kept: Readonly<Record<string, number>> = {
    'h1-start-in-the-middle': 13,
    'h1-lost-packets': 16,
    'h1-duplicated': 18,
    'h1-swapped': 14,
    'h1-snapped': 2,
    'h1-cut-end': 10,
    'h2-start-in-the-middle': 35,
    'h2-lost-packets': 17,
    'h2-duplicated': 2,
    'h2-swapped': 16,
    'h2-cut-end': 10,
    'grpc-start-in-the-middle': 0,
    'grpc-lost-packets': 15,
  };

  it.each(Object.entries(damages))('%s loses what is hit, and invents nothing', (name, [source]) => {
    const whole = ourMessages(pathOf(source));
    const found = ourMessages(pathOf(name));
    const truths = new Set(whole.map(content));
    expect(found.filter((message) => truths.has(content(message)))).toHaveLength(kept[name] ?? -1);
    const starts = new Set(whole.map(({ side, start }) => `${side} ${start}`));
    const invented = found.filter(({ side, start }) => !isUnknown(start) && !starts.has(`${side} ${start}`));
    expect(invented.map(({ start }) => start)).toEqual([]);
    const headers = new Set(whole.flatMap((message) => message.headers));
    const guessed = found.flatMap((message) => message.headers).filter((line) => !line.includes(UNKNOWN));
    expect(guessed.filter((line) => !headers.has(line))).toEqual([]);
  });
});

function content({ side, start, host, headers, trailers, interim, bodyHash, messages }: SeenMessage): string {
  return JSON.stringify({ side, start, host, headers, trailers, interim, bodyHash, messages });
}

/** A request without method or target, or an answer without a status. */
function isUnknown(start: string): boolean {
  return start.startsWith(' ') || start.endsWith(' ') || start === '0';
}
