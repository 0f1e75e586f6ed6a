import unit, { TEMPLATES_AND_TOOLS } from './jest.config.js';

/** Tests of templates and of tools: each synthesizes a stage, bundles functions or starts a program. */
export default {
  ...unit,
  testMatch: [`<rootDir>/test/{${TEMPLATES_AND_TOOLS.join(',')}}{.test.ts,/**/*.test.ts}`],
  testPathIgnorePatterns: ['/node_modules/'],
};
