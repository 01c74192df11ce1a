import { describe, expect, it } from 'vitest';
import { readList } from './emulator-files.ts';

describe('the list of an emulator’s files', () => {
  it('has captures of any name, and nothing that could lead elsewhere', () => {
    const name = 'diameter-client-6464c65b66-4c8jl-1339708294-1857878061-1675782061987009574.bson';
    const printed = `2048 1675782061 ./${name}\n10 1675782062 ./../../etc/passwd.bson\n10 1 ./-rf.pcap\nfind: no\n7 1 ./a b.pcap\n`;
    expect(readList('emulator-0', printed)).toEqual([
      { pod: 'emulator-0', name, size: 2048, changed: 1_675_782_061_000 },
    ]);
  });
});
