import { decodeHeaderPairs, encodeHeaderPairs } from '../../../app/capture/header-pairs.ts';
import { status } from './abi.ts';
import { findProperty } from './properties.ts';
import type { ProxyWasmVm } from './vm.ts';

/**
 * The imports of a module: those functions of the ABI that read, call out and log. A module that wants to change or hold
 * traffic does not load here.
 */
export function hostFunctions(vm: ProxyWasmVm): Record<string, Record<string, (...values: never[]) => number>> {
  const visibleMap = (type: number) => {
    const { map } = vm.current.visible;
    return map && map[0] === type ? map[1] : null;
  };

  return {
    env: {
      proxy_log(_level: number, message: number, size: number): number {
        vm.log(vm.memory.text(message, size));
        return status.ok;
      },

      proxy_get_current_time_nanoseconds(time: number): number {
        vm.memory.setU64(time, vm.now());
        return status.ok;
      },

      proxy_set_tick_period_milliseconds(period: number): number {
        vm.current.context.root.tickPeriod = period;
        return status.ok;
      },

      proxy_set_effective_context(context: number): number {
        return vm.setEffectiveContext(context) ? status.ok : status.badArgument;
      },

      proxy_get_property(path: number, pathSize: number, value: number, valueSize: number): number {
        const found = findProperty(vm.current.context.properties, vm.memory.text(path, pathSize));
        if (found === null) return status.notFound;
        vm.memory.give(found, value, valueSize);
        return status.ok;
      },

      proxy_get_buffer_bytes(type: number, start: number, length: number, data: number, size: number): number {
        const { buffer } = vm.current.visible;
        if (!buffer || buffer[0] !== type) return status.notFound;
        if (start > buffer[1].length) return status.badArgument;
        vm.memory.give(buffer[1].subarray(start, start + length), data, size);
        return status.ok;
      },

      proxy_get_header_map_pairs(type: number, data: number, size: number): number {
        const map = visibleMap(type);
        if (!map) return status.notFound;
        vm.memory.give(encodeHeaderPairs(map), data, size);
        return status.ok;
      },

      proxy_get_header_map_value(type: number, key: number, keySize: number, value: number, valueSize: number): number {
        const name = vm.memory.text(key, keySize);
        const pair = visibleMap(type)?.find(([candidate]) => candidate === name);
        if (!pair) return status.notFound;
        vm.memory.give(new TextEncoder().encode(pair[1]), value, valueSize);
        return status.ok;
      },

      proxy_http_call(
        cluster: number,
        clusterSize: number,
        headers: number,
        headersSize: number,
        body: number,
        bodySize: number,
        _trailers: number,
        _trailersSize: number,
        timeout: number,
        tokenAt: number,
      ): number {
        const pairs = decodeHeaderPairs(vm.memory.bytes(headers, headersSize));
        if (!pairs) return status.badArgument;
        const token = vm.httpCall({
          cluster: vm.memory.text(cluster, clusterSize),
          headers: pairs,
          body: vm.memory.copyOf(body, bodySize),
          timeout,
        });
        if (token === null) return status.badArgument;
        vm.memory.setU32(tokenAt, token);
        return status.ok;
      },
    },
    wasi_snapshot_preview1: {
      random_get(bytes: number, size: number): number {
        vm.random(bytes, size);
        return 0;
      },
    },
  };
}
