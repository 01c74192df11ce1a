import { describe, expect, it } from 'vitest';
import { readAckErrors, readSyncStatus } from './sync-status.ts';

const type = 'type.googleapis.com/envoy.config.core.v3.TypedExtensionConfig';

describe("what istiod's syncz says of proxies", () => {
  it('names those that refused, with the reason, since Istio 1.24', () => {
    const resource = { sent: 'b', acked: 'a', sentTime: '2026-11-22T10:00:00Z', lastError: 'Unable to create Wasm' };
    const status = [
      { proxy: 'cart-66b8.shop', resources: { [type]: resource } },
      { proxy: 'till-0.shop', resources: { [type]: { ...resource, acked: 'b', lastError: undefined } } },
    ];
    expect(readSyncStatus(status)).toEqual([
      { namespace: 'shop', pod: 'cart-66b8', what: 'filter', reason: 'Unable to create Wasm' },
    ]);
  });

  it('names those that have not taken what was sent before Istio 1.24', () => {
    const status = [
      {
        proxy: 'cart-66b8.shop',
        extensionconfig_sent: 'b',
        extensionconfig_acked: 'a',
        listener_sent: 'c',
        listener_acked: 'c',
      },
      { proxy: 'till-0.shop', listener_sent: 'd' },
      { proxy: 'edge-0.shop' },
    ];
    expect(readSyncStatus(status)).toEqual([
      { namespace: 'shop', pod: 'cart-66b8', what: 'filter', reason: '' },
      { namespace: 'shop', pod: 'till-0', what: 'listener', reason: '' },
    ]);
  });

  it('is not guessed from something else', () => {
    expect(() => readSyncStatus({ error: 'no' })).toThrow('istiod tells nothing of its proxies');
    expect(readSyncStatus([null, 5, { proxy: 7 }, { proxy: 'without-namespace' }])).toEqual([]);
  });
});

it("finds the reasons in istiod's log, the last one of each proxy", () => {
  const log = [
    '2026-11-22T10:00:00.1Z\twarn\tads\tADS:ECDS: ACK ERROR cart-66b8.shop-12 Internal:an older one',
    '2026-11-22T10:00:01.1Z\tinfo\tads\tADS: new connection for node:till-0.shop-13',
    '2026-11-22T10:00:02.1Z\twarn\tads\tADS:ECDS: ACK ERROR cart-66b8.shop-14 Internal:Unable to create Wasm plugin',
  ].join('\n');
  expect([...readAckErrors(log)]).toEqual([['cart-66b8.shop', 'Unable to create Wasm plugin']]);
});
