import { describe, expect, it } from 'vitest';
import { CapturedEvents, requestFields, START, simpleExchange } from '../../tests/support/captured.ts';
import { fileOf, packets } from '../../tests/support/exchange-files.ts';

describe('packets of an exchange', () => {
  it('are the same however the events fall into parts, but for what Wireshark needs to read an unfinished message', () => {
    const events = simpleExchange('/same', 'body');
    const whole = fileOf('http/1.1', events);
    expect(fileOf('http/1.1', events.slice(0, 2), events.slice(2))).toEqual(whole);
    expect(fileOf('http/1.1', events)).toEqual(whole);
  });

  it('never go back in time', () => {
    const events = simpleExchange('/clock', 'x').map((event, index) => ({
      ...event,
      time: START - BigInt(index) * 1_000n,
    }));
    const file = Buffer.from(fileOf('http/1.1', events));
    const times: number[] = [];
    for (let at = 24; at < file.length; at += 16 + file.readUInt32LE(at + 8))
      times.push(file.readUInt32LE(at) * 1e9 + file.readUInt32LE(at + 4));
    expect(times).toEqual([...times].sort((a, b) => a - b));
  });

  it('close what did not end, and say nothing after the end', () => {
    const exchange = packets('http/1.1');
    const first = exchange.add(new CapturedEvents().headers('request', requestFields('GET', '/')).events, true, START);
    expect(first.length).toBeGreaterThan(24);
    expect(exchange.add(new CapturedEvents().data('answer', 'late').events, false, START).length).toBe(0);
  });
});
