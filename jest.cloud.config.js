import unit from './jest.config.js';

/**
 * Tests on one real local cloud. One at a time: the relay's faults and the engine's two cores are everybody's; a file
 * runs its own cases side by side where they do not meet.
 */
export default {
  ...unit,
  testMatch: ['<rootDir>/test/cloud/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/'],
  setupFiles: [],
  globalSetup: '<rootDir>/test/cloud/start-cloud.ts',
  globalTeardown: '<rootDir>/test/cloud/stop-cloud.ts',
  testSequencer: '<rootDir>/test/cloud/sequence.js',
  maxWorkers: 1,
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose|canonicalize|otpauth|@noble|oauth4webapi|p-map|pascua)/)'],
};
