import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NameHistory } from './name-history.ts';

describe('the names of an address', () => {
  it('are those that it had at the time', () => {
    const history = new NameHistory();
    history.learn('10.42.0.7', 'cart-1.shop.pod', 1_000);
    history.learn('10.42.0.7', 'ocs-4.epc.pod', 5_000);
    history.learn('10.42.0.7', 'cart-1.shop.pod', 9_000);
    const at = (time: number) => history.nameAt('10.42.0.7', time);
    expect([0, 999, 1_000, 4_999, 5_000, 60_000].map(at)).toEqual([
      '',
      '',
      'cart-1.shop.pod',
      'cart-1.shop.pod',
      'ocs-4.epc.pod',
      'ocs-4.epc.pod',
    ]);
    expect(history.nameAt('10.42.0.8', 5_000)).toBe('');
  });

  it('do not depend on the order in which they are told', () => {
    const facts = fc.uniqueArray(fc.record({ name: fc.constantFrom('a', 'b', 'c', 'd'), since: fc.nat(20) }), {
      selector: ({ name }) => name,
    });
    const shuffled = facts.chain((all) =>
      fc.tuple(fc.constant(all), fc.shuffledSubarray(all, { minLength: all.length, maxLength: all.length })),
    );
    fc.assert(
      fc.property(shuffled, fc.nat(20), ([facts, others], time) => {
        const names = [facts, others].map((all) => {
          const history = new NameHistory();
          for (const { name, since } of all) history.learn('x', name, since);
          const found = history.nameAt('x', time);
          return all.find(({ name }) => name === found)?.since;
        });
        expect(names[0]).toBe(names[1]);
      }),
    );
  });

  it('are bounded: of many the latest stay, and addresses that nobody spoke of for long go', () => {
    const history = new NameHistory();
    for (let since = 0; since < 100; since++) history.learn('x', `pod-${since}.shop.pod`, since);
    expect([history.nameAt('x', 99), history.nameAt('x', 84), history.nameAt('x', 83)]).toEqual([
      'pod-99.shop.pod',
      'pod-84.shop.pod',
      '',
    ]);
    for (let number = 0; number < 100_000; number++) history.learn(`10.${number}`, 'cart', 0);
    expect(history.nameAt('x', 99)).toBe('');
    expect(history.nameAt('10.99999', 0)).toBe('cart');
  });
});
