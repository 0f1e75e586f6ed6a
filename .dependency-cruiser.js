/** The parts of other folders that each folder may import, as regular expressions. */
const MAY_IMPORT = {
  functions: ['^shared/'],
  shared: [],
  infra: ['^shared/(env|event-source|routes|telemetry/metric-names|security/key-set)\\.ts$'],
  tools: [],
  scripts: ['^tools/', '^shared/'],
  phone: ['^tools/'],
  local: ['^tools/'],
  // It acts on the local cloud as a front and by the tests' own hands, and reads what a stage is made of.
  bench: ['^tools/', '^test/', '^infra/', '^shared/', '^phone/', '^client/src/index\\.ts$'],
  client: [],
  console: [
    '^client/src/index\\.ts$',
    '^phone/protocol/',
    '^shared/(domain/(reasons\\.json|(change-number|full-name|invisible)\\.ts)|http/csv\\.ts)$',
  ],
};

const everyFolder = `^(${[...Object.keys(MAY_IMPORT), 'test'].join('|')})/`;
const folders = Object.entries(MAY_IMPORT).map(([folder, others]) => ({
  name: `${folder}-imports-what-it-may`,
  severity: 'error',
  from: { path: `^${folder}/` },
  to: { path: everyFolder, pathNot: [`^${folder}/`, 'node_modules', ...others] },
}));

/** Parts of one folder that may not import others of it. */
const parts = [
  {
    name: 'functions-do-not-import-each-other',
    from: { path: '^functions/([^/]+)/' },
    to: { path: '^functions/', pathNot: '^functions/$1/' },
  },
  {
    name: 'constructs-know-no-stack',
    from: { path: '^infra/constructs/' },
    to: { path: ['^infra/stacks/', '^infra/operations/'] },
  },
  { name: 'operations-know-no-stack', from: { path: '^infra/operations/' }, to: { path: '^infra/stacks/' } },
  {
    // The phone page runs it in a browser.
    name: 'the-phone-protocol-stands-alone',
    from: { path: '^phone/protocol/' },
    to: { pathNot: ['^phone/protocol/', 'node_modules'] },
  },
  {
    name: 'the-web-front-is-not-the-phone',
    from: { path: '^console/src/console/' },
    to: { path: ['^console/src/phone-page/', '^phone/'] },
  },
  {
    name: 'the-phone-page-is-not-the-web-front',
    from: { path: '^console/src/phone-page/' },
    to: { path: '^console/src/console/' },
  },
  {
    name: 'what-both-pages-use-knows-neither',
    from: { path: '^console/src/', pathNot: '^console/src/(console|phone-page)/' },
    to: { path: ['^console/src/(console|phone-page)/', '^phone/'] },
  },
].map((rule) => ({ severity: 'error', ...rule }));

/**
 * Inside shared: use cases and http → repositories, security → domain. What is outside comes with the world, whose adapters
 * only a handler, or a command, opens.
 */
const shared = (folder) => `^shared/${folder}/`;
const insideShared = [
  {
    name: 'domain-is-pure',
    from: { path: shared('domain') },
    to: {
      path: ['^shared/', '@aws-sdk', '@middy', '@aws-lambda-powertools'],
      pathNot: [shared('domain'), '^shared/errors\\.ts$'],
    },
  },
  {
    name: 'security-and-repositories-use-the-domain',
    from: { path: [shared('security'), shared('repositories')] },
    to: { path: [shared('http'), shared('use-cases'), '@middy'] },
  },
  { name: 'security-reads-no-table', from: { path: shared('security') }, to: { path: shared('repositories') } },
  { name: 'repositories-prove-nothing', from: { path: shared('repositories') }, to: { path: shared('security') } },
  {
    name: 'use-cases-know-no-http',
    from: { path: shared('use-cases') },
    to: { path: [shared('http'), '@middy'] },
  },
  { name: 'http-decides-nothing', from: { path: shared('http') }, to: { path: shared('use-cases') } },
  {
    name: 'adapters-decide-nothing',
    from: { path: shared('aws') },
    to: { path: [shared('http'), shared('use-cases'), '^shared/world\\.ts$', '@middy'] },
  },
  {
    name: 'adapters-come-with-the-world',
    from: {
      path: '^(functions|shared)/',
      pathNot: ['^functions/[^/]+/handler\\.ts$', shared('aws'), '^shared/world\\.ts$'],
    },
    to: { path: shared('aws') },
  },
  {
    name: 'use-cases-and-http-call-no-aws',
    from: { path: [shared('use-cases'), shared('http')] },
    to: { path: '@aws-sdk/' },
  },
  {
    name: 'repositories-alone-know-dynamodb',
    // The model's command scans whole tables of a local cloud, which nothing of the service may.
    from: {
      path: '^(functions|scripts|shared)/',
      pathNot: [shared('repositories'), shared('aws'), '^scripts/model/stored-record\\.ts$'],
    },
    to: { path: '@aws-sdk/(client|lib|util)-dynamodb(/|$)' },
  },
].map((rule) => ({ severity: 'error', ...rule }));

export default {
  forbidden: [
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    ...folders,
    ...parts,
    ...insideShared,
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
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
      extensions: ['.ts', '.tsx', '.js', '.json'],
    },
    reporterOptions: {
      mermaid: { minify: false },
    },
  },
};
