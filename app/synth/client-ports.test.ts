import { describe, expect, it } from 'vitest';
import { ClientPorts } from './client-ports.ts';

describe('ClientPorts', () => {
  it('gives each exchange between two addresses another port, and the roles ports of their own', () => {
    const ports = new ClientPorts();
    const taken = new Set<number>();
    for (let count = 0; count < 20_000; count++) {
      taken.add(ports.take('a b 80', 'consumer'));
      taken.add(ports.take('a b 80 ', 'producer'));
    }
    expect(taken.size).toBe(40_000);
    expect(Math.min(...taken)).toBe(10_000);
    expect(Math.max(...taken)).toBeLessThan(65_536);
  });

  it('comes round again, passing over what is still open', () => {
    const ports = new ClientPorts();
    const open = ports.take('a b 80', 'consumer');
    for (let count = 0; count < 60_000; count++) {
      const port = ports.take('a b 80', 'consumer');
      expect(port).not.toBe(open);
      ports.release('a b 80', port);
    }
  });

  it('forgets the pair unused for longest when there are too many', () => {
    const ports = new ClientPorts();
    for (let pair = 0; pair < 25_000; pair++) ports.take(`${pair}`, 'producer');
    expect(ports.take('24999', 'producer')).toBe(10_003);
    expect(ports.take('0', 'producer')).toBe(10_001);
  });
});
