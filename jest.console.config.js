import cloudTests from './jest.cloud.config.js';
import { unpackChromium } from './test/console/support/chromium.ts';

const { testSequencer: _sequence, ...cloud } = cloudTests;

/** Tests of both pages in a real Chromium, on one real local cloud of their own. */
export default async function consoleTests() {
  // Here rather than in the tests: the package is an ES module that has to be loaded as one.
  process.env.LLAVERO_CHROMIUM = JSON.stringify(await unpackChromium());
  return {
    ...cloud,
    testMatch: ['<rootDir>/test/console/**/*.test.ts'],
    globalSetup: '<rootDir>/test/console/start-console.ts',
    globalTeardown: '<rootDir>/test/console/stop-console.ts',
    testTimeout: 120_000,
  };
}
