import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chain, PODS } from '../support/chain.ts';
import { ENVOY_VERSIONS, envoyBinary } from '../support/envoy.ts';
import { type Peer, startHttp1Peer } from '../support/envoy-peers.ts';
import { type Load, load, percentile } from '../support/http-load.ts';
import { PlainSidecars } from '../support/plain-sidecars.ts';
import { throttle } from '../support/throttle.ts';

/** Seconds of overload of each kind: a minute is what has to hold, CI takes less of it. */
const SECONDS = Number(process.env.OVERLOAD_SECONDS ?? 6);
const CONCURRENCY = 16;
const SMALL_BODY = 'x'.repeat(3_000);
/** Fills the aggregator's queue sooner. */
const LARGE_BODY = 'x'.repeat(30_000);
/** Megabytes: the least that the aggregator takes. */
const MEMORY_LIMIT = 256;
/** Of the CPU: so that two sidecars can offer ten times of what gets through. */
const SHARE = 0.03;

const version = ENVOY_VERSIONS[0];
const title = `an aggregator that is offered ten times what it can carry, for ${SECONDS} s`;
const missing = envoyBinary(version) === null;

describe.skipIf(missing)(missing ? `${title} (no Envoy ${version} in .parts: npm run parts)` : title, () => {
  let application: Peer;
  let chain: Chain;
  /** The same two sidecars without the filter: the baseline. */
  let plain: PlainSidecars;
  let sent = 0;

  beforeAll(async () => {
    application = await startHttp1Peer();
    chain = await Chain.start({
      version,
      http: { http: application.port },
      configuration: 'timeout=1000;memory=4000000',
      aggregator: ['--memory-limit', `${MEMORY_LIMIT}Mi`],
    });
    plain = await PlainSidecars.start(version, application.port);
  });

  afterAll(async () => {
    await chain?.[Symbol.asyncDispose]();
    await plain?.[Symbol.asyncDispose]();
    await application?.[Symbol.asyncDispose]();
  });

  const without = (body: string) => load(plain.port, { seconds: 2, concurrency: CONCURRENCY, body });
  const overload = async (seconds: number, body = SMALL_BODY) => {
    const result = await load(chain.consumer.ports.http!, { seconds, concurrency: CONCURRENCY, body });
    sent += result.sent;
    return result;
  };
  const summary = (result: Load) =>
    `${Math.round((result.sent / result.milliseconds) * 1000)} calls/s, p50 ${percentile(result, 0.5).toFixed(1)} ms, p99 ${percentile(result, 0.99).toFixed(1)} ms, slowest ${percentile(result, 1).toFixed(0)} ms`;

  /** Nobody fails, and nobody waits for the aggregator: that would show as the filter's timeout of a second. */
  function expectUnharmed(result: Load, baseline: Load): void {
    expect(result.failed).toBe(0);
    expect(percentile(result, 0.5)).toBeLessThan(3 * percentile(baseline, 0.5));
    expect(percentile(result, 0.999)).toBeLessThan(500 + percentile(baseline, 0.999));
  }

  /** Every exchange of each sidecar is on the screen or counted as lost. */
  async function expectAccounted(): Promise<number> {
    const account = async () => {
      const rows = await chain.engine.rows();
      const { losses } = await chain.card();
      const of = (vantage: 'consumer' | 'producer') =>
        rows.filter((row) => row.vantage === vantage || row.vantage === 'both').length +
        losses
          .filter((loss) => loss.pod === PODS[vantage].NAME && loss.kind === 'exchange')
          .reduce((sum, { count }) => sum + count, 0);
      return { consumer: of('consumer'), producer: of('producer'), shown: rows.length };
    };
    await expect.poll(account, { timeout: 60_000, interval: 500 }).toMatchObject({ consumer: sent, producer: sent });
    return (await account()).shown;
  }

  it(
    'without enough CPU: sheds and counts to the unit, stays under its memory limit, and no call fails or waits',
    async () => {
      const baseline = await without(SMALL_BODY);
      const taken = await chain.aggregator.metric('records_total');
      const release = throttle(chain.aggregator.process, SHARE);
      const result = await overload(SECONDS);
      release();
      const carried = (await chain.aggregator.metric('records_total')) - taken;
      console.log(
        `offered ${2 * result.sent}, carried ${carried}; ${summary(result)}; without filter: ${summary(baseline)}; ${chain.aggregator.peakMegabytes} MB`,
      );
      expectUnharmed(result, baseline);
      expect(2 * result.sent).toBeGreaterThan(10 * carried);
      await overload(0.2);
      await expectAccounted();
      expect(chain.aggregator.peakMegabytes).toBeLessThan(MEMORY_LIMIT);
    },
    SECONDS * 1000 + 120_000,
  );

  it(
    'without anybody to pass captures on to: the same',
    async () => {
      const baseline = await without(LARGE_BODY);
      chain.receiver.process.kill('SIGSTOP');
      const result = await overload(SECONDS, LARGE_BODY);
      const queued = await chain.aggregator.metric('queue_bytes');
      chain.receiver.process.kill('SIGCONT');
      console.log(
        `queue ${Math.round(queued / 1e6)} MB; ${summary(result)}; without filter: ${summary(baseline)}; ${chain.aggregator.peakMegabytes} MB`,
      );
      expectUnharmed(result, baseline);
      await overload(0.2);
      expect(await expectAccounted()).toBeLessThan(sent);
      expect(chain.aggregator.peakMegabytes).toBeLessThan(MEMORY_LIMIT);
    },
    SECONDS * 1000 + 120_000,
  );
});
