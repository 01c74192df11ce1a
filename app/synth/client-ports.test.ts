import { describe, expect, it } from 'vitest';
import { ClientPorts } from './client-ports.ts';

describe('ClientPorts', () => {
  it('gives each exchange between two addresses another port, and the roles ports of their own', () => {
    const ports = new ClientPorts();
    const taken = new Set<number>();
    // All but seven, by which Wireshark knows other protocols.
    for (let count = 0; count < 16_384; count++) {
      taken.add(ports.take('a b 80', 80, 'consumer'));
      taken.add(ports.take('b a 80', 80, 'producer'));
    }
    expect(taken.size).toBe(32_768 - 7);
    expect(taken.has(44_818)).toBe(false);
    expect([Math.min(...taken), Math.max(...taken)]).toEqual([32_768, 65_535]);
    // None is free: one is used twice.
    expect(taken.has(ports.take('a b 80', 80, 'consumer'))).toBe(true);
  });

  it('comes round again, passing over what is still open', () => {
    const ports = new ClientPorts();
    const open = ports.take('a b 80', 80, 'consumer');
    for (let count = 0; count < 60_000; count++) {
      const port = ports.take('a b 80', 80, 'consumer');
      if (port === open) throw new Error(`${port} is in use`);
      ports.release('a b 80', port);
    }
  });

  it('gives no client the port of a server', () => {
    const ports = new ClientPorts();
    ports.take('a b 32770', 32_770, 'producer');
    const taken = [1, 2, 3].map(() => ports.take('a a 32772', 32_772, 'consumer'));
    expect(taken).toEqual([32_768, 32_774, 32_776]);
  });

  it('forgets the pair unused for longest when there are too many', () => {
    const ports = new ClientPorts();
    for (let pair = 0; pair < 25_000; pair++) ports.take(`${pair}`, 80, 'producer');
    expect(ports.take('24999', 80, 'producer')).toBe(32_771);
    expect(ports.take('0', 80, 'producer')).toBe(32_769);
  });
});
