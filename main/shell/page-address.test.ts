import { expect, it } from 'vitest';
import { isOurAddress, isOurPage, mayOpenOutside, stay } from './page-address.ts';

const elsewhere = [
  '',
  'about:blank',
  'app://packet-inspector.evil.example/',
  'app://packet-inspector@evil.example/',
  'app://other/',
  'https://evil.example/app://packet-inspector/',
  'file:///etc/passwd',
  "javascript:location='app://packet-inspector/'",
];

it('knows its own addresses', () => {
  expect(isOurAddress('app://packet-inspector')).toBe(true);
  expect(isOurAddress('app://packet-inspector/index.html#flows')).toBe(true);
  for (const address of elsewhere) expect(isOurAddress(address), address).toBe(false);
});

it('hears only the page itself', () => {
  const url = 'app://packet-inspector/';
  const sender = { getURL: () => url };
  expect(isOurPage({ sender, senderFrame: { url, parent: null } })).toBe(true);
  expect(isOurPage({ sender, senderFrame: { url, parent: {} } })).toBe(false);
  expect(isOurPage({ sender, senderFrame: { url: 'https://evil.example/', parent: null } })).toBe(false);
  // A frame that has gone cannot be asked where it was.
  expect(isOurPage({ sender, senderFrame: null })).toBe(false);
});

it('goes by the window where the frame is not told', () => {
  expect(isOurPage({ sender: { getURL: () => 'app://packet-inspector/' } })).toBe(true);
  expect(isOurPage({ sender: { getURL: () => 'https://evil.example/' } })).toBe(false);
});

it('stops every navigation elsewhere, told either way or not at all', () => {
  const stopped = (url: string | undefined, address?: string): boolean => {
    let prevented = false;
    const navigation = { preventDefault: () => (prevented = true) };
    stay(url === undefined ? navigation : { ...navigation, url }, address);
    return prevented;
  };
  expect(stopped('app://packet-inspector/')).toBe(false);
  expect(stopped(undefined, 'app://packet-inspector/')).toBe(false);
  expect(stopped(undefined)).toBe(true);
  for (const address of elsewhere) {
    expect(stopped(address), address).toBe(true);
    expect(stopped(undefined, address), address).toBe(true);
  }
  // What the event itself tells counts, as the second argument is deprecated.
  expect(stopped('https://evil.example/', 'app://packet-inspector/')).toBe(true);
});

it('opens documentation outside, and nothing else', () => {
  expect(mayOpenOutside('https://www.wireshark.org/download.html')).toBe(true);
  for (const address of ['https://www.wireshark.org.evil.example/', 'http://www.wireshark.org/', 'file:///bin/sh'])
    expect(mayOpenOutside(address), address).toBe(false);
});
