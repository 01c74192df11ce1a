import { describe, expect, it } from 'vitest';
import { compileFilter } from '../../main/tasks/build-filter.ts';
import { filterModule } from '../../tests/support/filter-host.ts';

describe('the module', () => {
  it('is what its source compiles to', { timeout: 60_000 }, async () => {
    expect(Buffer.from(await compileFilter()).equals(filterModule)).toBe(true);
  });

  it('is small, and needs nothing of the proxy but reading, calling and the time', () => {
    expect(filterModule.length).toBeLessThan(17_000);
    const imports = WebAssembly.Module.imports(new WebAssembly.Module(filterModule)).map(({ name }) => name);
    expect(imports.sort()).toEqual([
      'proxy_get_buffer_bytes',
      'proxy_get_current_time_nanoseconds',
      'proxy_get_header_map_pairs',
      'proxy_get_header_map_value',
      'proxy_get_property',
      'proxy_http_call',
      'proxy_set_effective_context',
      'proxy_set_tick_period_milliseconds',
      'random_get',
    ]);
  });
});
