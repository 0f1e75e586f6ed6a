/** Unit and template tests; the tests on the local cloud are `jest.cloud.config.js`. */
export default {
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: ['/node_modules/', '<rootDir>/test/cloud/', '<rootDir>/test/console/'],
  modulePathIgnorePatterns: ['<rootDir>/cdk.out', '<rootDir>/.local', '<rootDir>/dist'],
  setupFiles: ['<rootDir>/test/setup-env.ts'],
  // Powertools, middy, jose and canonicalize are published as ES modules; jest runs CommonJS.
  transform: {
    '\\.[jt]s$': [
      '@swc/jest',
      { jsc: { parser: { syntax: 'typescript' }, target: 'es2024' }, module: { type: 'commonjs' } },
    ],
  },
  moduleNameMapper: {
    // middy names its entry for `import` alone, and zod its locales' ES modules.
    '^@middy/([^/]+)$': '<rootDir>/node_modules/@middy/$1/index.js',
    '^zod/v4/locales/([^/]+)\\.js$': '<rootDir>/node_modules/zod/v4/locales/$1.cjs',
  },
  transformIgnorePatterns: ['/node_modules/(?!(@middy|jose|canonicalize|otpauth|@noble|@seriousme)/)'],
};
