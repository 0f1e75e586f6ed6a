/** Unit and template tests; the tests on the local cloud are `jest.cloud.config.js`. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cloud/', '<rootDir>/test/console/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local', '<rootDir>/dist'],
  setupFiles: ['<rootDir>/test/setup-env.ts'],
  // Powertools, middy, jose and canonicalize are published as ES modules; jest runs CommonJS.
  transform: {
    '\\.[jt]s$': ['@swc/jest', { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } }],
  },
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose|canonicalize|otpauth|@noble|@seriousme)/)'],
};
