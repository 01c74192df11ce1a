import { defineConfig } from 'vitest/config';

/** Properties and tests that start tshark are quick on a quiet machine; a busy one must not fail them. */
const testTimeout = 60_000;

/** A machine that is also used by others may starve a browser or a proxy for seconds: CI tries such a test twice more, and the run's end names it. */
const retry = process.env.CI ? 2 : 0;

/** Unit tests stand beside their source; integration and end-to-end tests in tests/. */
export default defineConfig({
  test: {
    projects: [
      { test: { name: 'app', include: ['app/**/*.test.ts'], testTimeout } },
      { test: { name: 'native', include: ['native/**/*.test.ts'], testTimeout } },
      { test: { name: 'main', include: ['main/**/*.test.ts'], testTimeout } },
      { test: { name: 'renderer', include: ['renderer/**/*.test.{ts,tsx}'] } },
      {
        test: {
          name: 'integration',
          retry,
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'parity',
          retry,
          include: ['tests/parity/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        // Not part of `npm test`: `npm run test:cluster`.
        test: {
          name: 'cluster',
          retry,
          include: process.env.CLUSTER_TESTS ? ['tests/cluster/**/*.test.ts'] : [],
          testTimeout: 300_000,
          hookTimeout: 240_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          retry,
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
