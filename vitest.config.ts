import { defineConfig } from 'vitest/config';

/** Properties and tests that start tshark are quick on a quiet machine; a busy one must not fail them. */
const testTimeout = 60_000;

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
          include: ['tests/integration/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'parity',
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
          include: process.env.CLUSTER_TESTS ? ['tests/cluster/**/*.test.ts'] : [],
          testTimeout: 300_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
      {
        test: {
          name: 'e2e',
          include: ['tests/e2e/**/*.test.ts'],
          testTimeout: 120_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
