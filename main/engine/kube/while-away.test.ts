import { expect, it } from 'vitest';
import { KubeError } from './kube-error.ts';
import { absences, whileAway } from './while-away.ts';

const gone = new KubeError(0, 'ECONNREFUSED', 'nobody listens');
const forbidden = new KubeError(403, 'Forbidden', 'pods is forbidden');

/** Work that fails in these ways, one after the other, and then succeeds; and what was told of it. */
async function attempt(failures: readonly Error[], signal = new AbortController().signal) {
  const left = [...failures];
  const told: string[] = [];
  const work = async () => {
    const failure = left.shift();
    if (failure) throw failure;
    return 'done';
  };
  const outcome = await whileAway(work, (problem) => told.push(problem), absences.begun, signal).catch(
    (error: Error) => error.message,
  );
  return { outcome, told };
}

it('goes on when the API server is back, and has read its Roles', async () => {
  const failures = [gone, new KubeError(503, '', 'not ready'), forbidden];
  expect(await attempt(failures)).toEqual({
    outcome: 'done',
    told: ['nobody listens', 'not ready', 'pods is forbidden'],
  });
});

it('takes a refusal for one, where the server was never away', async () => {
  expect(await attempt([forbidden])).toEqual({ outcome: 'pods is forbidden', told: [] });
  const failed = new KubeError(0, 'Credentials', 'the plugin failed');
  expect(await attempt([failed])).toEqual({ outcome: 'the plugin failed', told: [] });
  expect(await attempt([new Error('still there')])).toEqual({ outcome: 'still there', told: [] });
});

it('does not try again what nobody wants any more', async () => {
  expect(await attempt([gone], AbortSignal.abort())).toEqual({ outcome: 'nobody listens', told: [] });
});
