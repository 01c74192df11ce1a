import { expect, it } from 'vitest';
import { createJsonLog } from './log.ts';

it('writes one line for each call, which is JSON and which a terminal only shows, however long what it tells of is', () => {
  const lines: string[] = [];
  const log = createJsonLog('aggregator', 'info', (line) => lines.push(line));
  log.debug('not this');
  log.warning('refused', {
    reason: 'a\n{"level":"error"}\u001b[2J\u009b31m\u202e',
    count: 2,
    long: 'x'.repeat(1_000_000),
  });
  expect(lines).toHaveLength(1);
  const [line] = lines;
  expect(line).toMatch(/^[^\p{Cc}\u202e]*\n$/u);
  expect(line!.length).toBeLessThan(5_000);
  expect(JSON.parse(line!)).toMatchObject({
    level: 'warning',
    program: 'aggregator',
    reason: 'a\n{"level":"error"}\u001b[2J\u009b31m\u202e',
    count: 2,
  });
});
