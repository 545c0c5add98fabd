/** The import table of the architecture (docs/architecture.md): who may import whom. Type-only imports count. */
const MAY_IMPORT = {
  kernel: [],
  ports: ['kernel'],
  policy: ['kernel'],
  wire: ['kernel'],
  http: ['kernel'],
  config: ['kernel'],
  keys: ['kernel', 'ports'],
  mail: ['kernel', 'ports', 'keys'],
  identity: ['kernel', 'ports', 'policy', 'keys'],
  federation: ['kernel', 'ports', 'policy', 'http', 'identity', 'keys'],
  authorize: ['kernel', 'ports', 'policy', 'identity', 'keys'],
  audit: ['kernel', 'ports', 'policy', 'identity', 'keys'],
  evaluation: ['kernel', 'policy', 'identity', 'authorize'],
  operations: ['kernel', 'wire', 'http', 'identity', 'authorize'],
  iam: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'evaluation', 'audit', 'operations'],
  sts: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'evaluation', 'audit', 'operations'],
  cloudtrail: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'evaluation', 'audit', 'operations'],
  organizations: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'evaluation', 'audit', 'operations'],
  rolecall: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'evaluation', 'audit', 'operations'],
  pdp: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'evaluation', 'audit', 'operations'],
  'sign-in': ['kernel', 'ports', 'http', 'identity', 'keys', 'federation', 'operations'],
  oidc: ['kernel', 'ports', 'http', 'identity', 'keys', 'federation', 'operations', 'sign-in'],
  bridge: ['kernel', 'ports', 'http', 'identity', 'keys', 'federation', 'operations', 'sign-in'],
  console: ['kernel', 'http', 'operations'],
  store: ['kernel', 'ports'],
  cli: [],
};

const layerRules = Object.entries(MAY_IMPORT).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `src/${layer} may import only itself and: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
}));

/** The ground floors of identity, each with those that it may import; the rooms above them may import all three. */
const IDENTITY_GROUND = { documents: [], store: ['documents'], rules: ['documents'] };

const identityRules = [
  ...Object.entries(IDENTITY_GROUND).map(([room, allowed]) => ({
    name: `identity-${room}`,
    comment: `src/identity/${room} stands below the nouns`,
    severity: 'error',
    from: { path: `^src/identity/${room}/` },
    to: { path: '^src/identity/', pathNot: `^src/identity/(${[room, ...allowed].join('|')})/` },
  })),
  {
    name: 'identity-top',
    comment: 'the first start and the reports use every room; no room uses them',
    severity: 'error',
    from: { path: '^src/identity/', pathNot: '^src/identity/(first-start|reports)/' },
    to: { path: '^src/identity/(first-start|reports)/' },
  },
  {
    name: 'identity-rooms-only',
    comment: 'a file beside the rooms would stand below and above them at once',
    severity: 'error',
    from: { path: '^src/identity/[^/]+$' },
    to: {},
  },
];

module.exports = {
  forbidden: [
    ...layerRules,
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    ...identityRules,
    {
      name: 'known-layers-only',
      comment: 'a new directory below src needs its row in the table',
      severity: 'error',
      from: { path: '^src/', pathNot: `^src/(app|${Object.keys(MAY_IMPORT).join('|')})/` },
      to: {},
    },
    {
      name: 'pure-core',
      comment: 'kernel, policy and wire do no I/O; node:crypto is arithmetic and allowed',
      severity: 'error',
      from: { path: '^src/(kernel|policy|wire)/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?(crypto|buffer)$' },
    },
    {
      name: 'plain-async-outside-the-pipeline',
      comment: 'only the pipeline tells a value from a promise; handlers and rules use await',
      severity: 'error',
      from: { path: '^src/', pathNot: '^src/operations/(pipeline|steps|authentication/signature)\\.ts$' },
      to: { path: '^src/operations/and-then\\.ts$' },
    },
    {
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|harness|bench|scripts)/' },
    },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-dev-dependencies-in-product',
      severity: 'error',
      from: { path: '^src/' },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'node'] },
    parser: 'swc',
  },
};
