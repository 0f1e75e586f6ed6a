/** The one-way rule: functions → shared; inside shared, lifecycle and http → repositories, security → domain. */
const shared = (folder) => `^shared/${folder}/`;

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'functions-use-shared-alone',
      severity: 'error',
      from: { path: '^functions/([^/]+)/' },
      to: { pathNot: ['^shared/', '^functions/$1/', 'node_modules', '^aws-lambda$'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'shared-uses-itself-alone',
      severity: 'error',
      from: { path: '^shared/' },
      to: { pathNot: ['^shared/', 'node_modules', '^aws-lambda$'], dependencyTypesNot: ['core'] },
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: shared('domain') },
      to: {
        path: ['^shared/', '@aws-sdk', '@middy', '@aws-lambda-powertools'],
        pathNot: [shared('domain'), '^shared/errors\\.ts$'],
      },
    },
    {
      name: 'security-and-repositories-use-the-domain',
      severity: 'error',
      from: { path: [shared('security'), shared('repositories')] },
      to: { path: [shared('http'), shared('lifecycle'), '@middy'] },
    },
    {
      name: 'security-reads-no-table',
      severity: 'error',
      from: { path: shared('security') },
      to: { path: shared('repositories') },
    },
    {
      name: 'repositories-prove-nothing',
      severity: 'error',
      from: { path: shared('repositories') },
      to: { path: shared('security') },
    },
    {
      name: 'lifecycle-knows-no-http',
      severity: 'error',
      from: { path: shared('lifecycle') },
      to: { path: [shared('http'), '@middy'] },
    },
    {
      name: 'http-decides-nothing',
      severity: 'error',
      from: { path: shared('http') },
      to: { path: shared('lifecycle') },
    },
    {
      name: 'infra-names-functions-by-path',
      severity: 'error',
      from: { path: '^infra/' },
      to: { path: ['^functions/', '^shared/'], pathNot: ['^shared/(env|routes|metric-names)\\.ts$'] },
    },
    {
      name: 'only-tests-and-the-bench-import-infra',
      severity: 'error',
      from: { pathNot: ['^infra/', '^bench/', '^test/'] },
      to: { path: '^infra/' },
    },
    {
      // The bench acts on the local cloud by the tests' own hands.
      name: 'tests-and-the-bench-import-tests',
      severity: 'error',
      from: { pathNot: ['^test/', '^bench/'] },
      to: { path: '^test/' },
    },
    {
      name: 'what-runs-is-a-dependency',
      severity: 'error',
      from: { path: ['^functions/', '^shared/'] },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], pathNot: ['node_modules/@types/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)dist/', 'cdk\\.out', '\\.local', '\\.venv'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.json'],
    },
    reporterOptions: {
      mermaid: { minify: false },
    },
  },
};
