import { posix, win32 } from 'node:path';
import { expect, it } from 'vitest';
import { isInside } from './is-inside.ts';

it('knows what is in a folder from what is beside or above it', () => {
  const isKept = (path: string) => isInside('/home/anna/kept', path, posix);
  for (const path of ['/home/anna/kept', '/home/anna/kept/a.pcap', '/home/anna/kept/..a/b.pcap'])
    expect(isKept(path), path).toBe(true);
  for (const path of ['/home/anna/kept2/a.pcap', '/home/anna', '/home/anna/a.pcap', '/etc/passwd'])
    expect(isKept(path), path).toBe(false);
});

it('knows another drive, or another machine, of Windows', () => {
  const isKept = (path: string) => isInside('C:\\Users\\anna\\kept', path, win32);
  for (const path of ['C:\\Users\\anna\\kept\\a.pcap', 'c:\\users\\Anna\\Kept\\a.pcap'])
    expect(isKept(path), path).toBe(true);
  for (const path of ['D:\\a.pcap', 'D:\\Users\\anna\\kept\\a.pcap', '\\\\server\\share\\a.pcap', 'C:\\Users\\anna'])
    expect(isKept(path), path).toBe(false);
});
