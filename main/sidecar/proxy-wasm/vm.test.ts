import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { decodeBatch } from '../../../app/capture/decode-batch.ts';
import { filterTap } from '../filter-tap.ts';
import { findProperty, type PropertyTree } from './properties.ts';
import { type HttpCall, ProxyWasmVm } from './vm.ts';

const module = new WebAssembly.Module(
  readFileSync(join(import.meta.dirname, '../../../resources/cluster/capture-filter.wasm')),
);

function start(calls: HttpCall[], configuration = 'capture=on'): ProxyWasmVm {
  let time = 1_700_000_000_000_000_000n;
  return new ProxyWasmVm({
    module,
    configuration,
    properties: { node: { metadata: { NAME: 'pod-1' } } },
    now: () => (time += 1_000_000_000n),
    httpCall: (call, answer) => {
      calls.push(call);
      answer(200);
      return true;
    },
  });
}

describe('the proxy-wasm host', () => {
  it('gives an answer to the module only after its call is over, even when it came at once', () => {
    const calls: HttpCall[] = [];
    const vm = start(calls);
    vm.tick();
    vm.tick();
    expect(vm.failure).toBeNull();
    expect(calls.length).toBe(1);
  });

  it('stops calling a module that trapped', () => {
    const messages: string[] = [];
    const calls: HttpCall[] = [];
    const vm = new ProxyWasmVm({
      module,
      configuration: 'capture=on',
      properties: {},
      now: () => {
        if (calls.length > 0) throw new Error('the clock is broken');
        return 1n;
      },
      httpCall: (call) => calls.push(call) > 0,
      log: (message) => messages.push(message),
    });
    calls.push({ cluster: '', headers: [], body: new Uint8Array(0), timeout: 0 });
    const stream = vm.httpStream({});
    stream.requestHeaders([[':path', '/']], true);
    expect(String(vm.failure)).toContain('the clock is broken');
    stream.responseHeaders([[':status', '200']], true);
    stream.done();
    expect(messages).toHaveLength(1);
  });

  it('keeps an old root until its last stream is closed', () => {
    const vm = start([], 'capture=on;tick=100');
    const stream = vm.httpStream({});
    vm.configure('capture=on;tick=40;gen=2');
    expect(vm.tickPeriod).toBe(100);
    stream.done();
    expect(vm.tickPeriod).toBe(40);
  });

  it('finds properties by path, in the nearest tree first', () => {
    const trees: PropertyTree[] = [{ a: { b: 'near' } }, { a: { b: 'far', c: 258n }, constructor: { name: 'own' } }];
    const text = (path: string) => {
      const found = findProperty(trees, path);
      return found && new TextDecoder().decode(found);
    };
    expect(text('a\0b')).toBe('near');
    expect(findProperty(trees, 'a\0c')).toEqual(Uint8Array.of(2, 1, 0, 0, 0, 0, 0, 0));
    expect(text('a')).toBeNull();
    expect(text('a\0b\0length')).toBeNull();
    expect(text('__proto__\0constructor')).toBeNull();
  });
});

describe('the tap of a Node sidecar', () => {
  it('shows an exchange to the filter as Envoy would', () => {
    const calls: HttpCall[] = [];
    const vm = start(calls);
    const tap = filterTap(vm).http({
      id: 7,
      role: 'consumer',
      protocol: 'http/2',
      source: { address: '10.1.0.1', port: 40_000 },
      destination: { address: '10.2.0.1', port: 80 },
      upstream: { address: '10.1.0.2', port: 8080 },
      upstreamCluster: 'outbound|80||cart.shop.svc.cluster.local',
    });
    tap.requestHeaders([[':path', '/']], true);
    tap.responseHeaders([[':status', '503']], true);
    tap.done({ reset: false, responseCodeDetails: 'upstream_reset', responseFlags: 1 << 5 });
    vm.tick();
    const batch = decodeBatch(calls[0]!.body);
    if ('error' in batch) throw new Error(batch.error);
    expect(batch.node.pod).toBe('pod-1');
    expect(batch.records).toMatchObject([
      {
        connection: { id: '7', role: 'consumer', protocol: 'http/2', source: { address: '10.1.0.1', port: 40_000 } },
        upstream: { address: '10.1.0.2', port: 8080 },
        upstreamCluster: 'outbound|80||cart.shop.svc.cluster.local',
        responseCodeDetails: 'upstream_reset',
        responseFlags: 'UF',
      },
    ]);
  });
});
