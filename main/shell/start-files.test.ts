import { expect, it } from 'vitest';
import { startFile } from './start-files.ts';

const packaged = (...args: readonly string[]) => startFile(['/opt/packet-inspector', ...args], true, '/home/ann');

it('is the first argument that is no switch, from where the program was started', () => {
  expect(packaged('--demo', 'a b.pcap', 'c.pcap')).toBe('/home/ann/a b.pcap');
  expect(packaged('/captures/a.pcap')).toBe('/captures/a.pcap');
  expect(packaged('--demo')).toBeNull();
  expect(packaged()).toBeNull();
  expect(startFile(['electron', '--no-sandbox', '.', 'a.pcap'], false, '/home/ann')).toBe('/home/ann/a.pcap');
  expect(startFile(['electron', '.'], false, '/home/ann')).toBeNull();
});

it('may be a URL of a file, as file managers give it, and of nothing else', () => {
  expect(packaged('file:///home/ann/100%25%20of%20it.pcap')).toBe('/home/ann/100% of it.pcap');
  for (const other of ['https://evil.example/a.pcap', 'file://host/a.pcap', 'file:///a%2fb.pcap', 'file:///%zz'])
    expect(packaged(other)).toBeNull();
});
