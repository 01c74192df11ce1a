import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Chain, PODS } from '../support/chain.ts';
import { ENVOY_VERSIONS, envoyBinary } from '../support/envoy.ts';
import { type Peer, startHttp1Peer } from '../support/envoy-peers.ts';
import { load, send } from '../support/http-load.ts';
import { PlainSidecars } from '../support/plain-sidecars.ts';

/** Bodies of the load: so that what waits for an aggregator soon fills the filters' memory. */
const BODY = 'x'.repeat(3000);

for (const version of ENVOY_VERSIONS) {
  const missing = envoyBinary(version) === null;
  const title = `whatever becomes of the aggregator, with Envoy ${version}`;
  describe.skipIf(missing)(missing ? `${title} (not in .parts: npm run parts)` : title, () => {
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
        configuration: 'timeout=1000;memory=2000000',
        concurrency: 2,
        withoutAggregator: true,
      });
      plain = await PlainSidecars.start(version, application.port, 2);
    });

    afterAll(async () => {
      await chain?.[Symbol.asyncDispose]();
      await plain?.[Symbol.asyncDispose]();
      await application?.[Symbol.asyncDispose]();
    });

    /** Calls, not one of which may fail; milliseconds that they took. */
    async function burst(count: number): Promise<number> {
      sent += count;
      const { failed, milliseconds } = await load(chain.consumer.ports.http!, { count, concurrency: 16, body: BODY });
      expect(failed).toBe(0);
      return milliseconds;
    }

    /** Bursts with the filter and without by turns: how much longer they take in the middle. */
    async function slowdown(count: number): Promise<number> {
      const ratios: number[] = [];
      for (let round = 0; round < 3; round++) {
        const { milliseconds } = await load(plain.port, { count, concurrency: 16, body: BODY });
        ratios.push((await burst(count)) / milliseconds);
      }
      return ratios.toSorted((a, b) => a - b)[1]!;
    }

    /** What each sidecar's captures on the screen and the losses counted for it come to. */
    async function account(): Promise<{ consumer: number; producer: number; lost: number }> {
      const rows = await chain.engine.rows();
      const { losses } = await chain.card();
      const lostBy = (pod: string) =>
        losses
          .filter((loss) => loss.pod === pod && loss.kind === 'exchange')
          .reduce((sum, { count }) => sum + count, 0);
      const seenBy = (vantage: string) =>
        rows.filter((row) => row.vantage === vantage || row.vantage === 'both').length;
      const lost = { consumer: lostBy(PODS.consumer.NAME), producer: lostBy(PODS.producer.NAME) };
      return {
        consumer: seenBy('consumer') + lost.consumer,
        producer: seenBy('producer') + lost.producer,
        lost: lost.consumer + lost.producer,
      };
    }

    async function expectAccounted(): Promise<number> {
      await expect.poll(account, { timeout: 30_000, interval: 250 }).toMatchObject({ consumer: sent, producer: sent });
      return (await account()).lost;
    }

    it('absent from the start: calls go on, and what was lost meanwhile is told later', async () => {
      expect(await slowdown(500)).toBeLessThan(3);
      await chain.startAggregator();
      await burst(200);
      expect(await expectAccounted()).toBeGreaterThan(0);
    });

    it('hung: calls go on, and every capture is shown or counted', async () => {
      chain.aggregator.process.kill('SIGSTOP');
      expect(await slowdown(500)).toBeLessThan(3);
      chain.aggregator.process.kill('SIGCONT');
      await burst(200);
      await expectAccounted();
    });

    it('killed in mid-load and started again: calls go on, and every capture is shown or counted', async () => {
      for (let round = 0; round < 3; round++) {
        const going = burst(800);
        await new Promise((resolve) => setTimeout(resolve, 150));
        await chain.aggregator.end('SIGKILL');
        await new Promise((resolve) => setTimeout(resolve, 100));
        await chain.startAggregator();
        await going;
      }
      await burst(200);
      await expectAccounted();
    });

    it('the configuration changed under load: calls go on, and every capture is shown or counted', async () => {
      const going = burst(1500);
      for (let generation = 0; generation < 5; generation++) {
        await new Promise((resolve) => setTimeout(resolve, 100));
        for (const envoy of [chain.consumer, chain.producer])
          await envoy.configure(chain.configuration(`gen=${generation}`));
      }
      await going;
      await burst(200);
      await expectAccounted();
    });

    it('bodies of 20 MB go through whole, and the memory of Envoy stays bounded', async () => {
      const body = Buffer.alloc(20_000_000, 'x');
      for (let round = 0; round < 6; round++) {
        sent++;
        expect((await send(chain.consumer.ports.http!, { body })).body).toBe('large');
      }
      await expectAccounted();
      for (const side of ['consumer', 'producer'] as const) {
        const more = (await chain[side].usage()).resident - (await plain[side].usage()).resident;
        expect(more).toBeLessThan(150_000_000);
      }
    });
  });
}
