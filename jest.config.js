/** Folders and tests that synthesize templates, bundle or start a tool: `jest.templates.config.js` runs them. */
export const TEMPLATES_AND_TOOLS = [
  'infra',
  'scripts/checks',
  'scripts/sbom',
  'scripts/verify-receipt/command',
  'scripts/model/command',
  'local/engine',
  'local/process-record',
  'bench/page',
  'client/api-types',
  'docs/references',
  'dependency-rules',
];

/**
 * Unit tests: rules, use cases, handlers, protocol and commands. `--coverage` refuses less than the threshold of what
 * the product decides by. The tests on the local cloud are `jest.cloud.config.js`.
 */
export default {
  // Jest lists the files of these alone, not those of packages and builds; modules are found wherever they are.
  roots: ['<rootDir>/test', '<rootDir>/shared'],
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  testPathIgnorePatterns: [
    '/node_modules/',
    ...['cloud', 'console', ...TEMPLATES_AND_TOOLS].map((path) => `<rootDir>/test/${path}[./]`),
  ],
  collectCoverageFrom: ['shared/**/*.ts'],
  coverageThreshold: { './shared/': { lines: 95, branches: 95 } },
  // No rule is judged by time: a slow machine fails no test, and one that hangs ends.
  testTimeout: 60_000,
  // To the console alone, the files that are not run whole.
  coverageReporters: [['text', { skipFull: true }]],
  setupFiles: ['<rootDir>/test/setup-env.ts'],
  // Powertools, middy, jose, oauth4webapi, p-map and canonicalize are published as ES modules; jest runs CommonJS.
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
  transformIgnorePatterns: [
    '/node_modules/(?!(@middy|jose|canonicalize|otpauth|@noble|p-map|oauth4webapi|@seriousme|pascua)/)',
  ],
};
