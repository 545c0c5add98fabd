/** The import table of the architecture (docs/architecture.md): who may import whom. Type-only imports count. */
const MAY_IMPORT = {
  kernel: [],
  ports: ['kernel'],
  policy: ['kernel'],
  wire: ['kernel'],
  http: ['kernel'],
  config: ['kernel'],
  keys: ['kernel', 'ports'],
  identity: ['kernel', 'ports', 'policy', 'keys'],
  federation: ['kernel', 'ports', 'policy', 'identity', 'keys'],
  authorize: ['kernel', 'ports', 'policy', 'identity', 'keys'],
  audit: ['kernel', 'ports', 'policy', 'identity', 'keys'],
  operations: ['kernel', 'wire', 'http', 'identity', 'authorize'],
  iam: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'audit', 'operations'],
  sts: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'audit', 'operations'],
  pdp: ['kernel', 'policy', 'identity', 'federation', 'authorize', 'audit', 'operations'],
  oidc: ['kernel', 'ports', 'http', 'identity', 'keys', 'federation', 'operations'],
  bridge: ['kernel', 'ports', 'http', 'identity', 'keys', 'federation', 'operations'],
  console: ['kernel', 'http', 'operations'],
  store: ['kernel', 'ports'],
};

const layerRules = Object.entries(MAY_IMPORT).map(([layer, allowed]) => ({
  name: `layer-${layer}`,
  comment: `src/${layer} may import only itself and: ${allowed.join(', ') || 'nothing'}`,
  severity: 'error',
  from: { path: `^src/${layer}/` },
  to: { path: '^src/', pathNot: `^src/(${[layer, ...allowed].join('|')})/` },
}));

module.exports = {
  forbidden: [
    ...layerRules,
    { name: 'no-cycles', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
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
      name: 'product-does-not-import-tests',
      severity: 'error',
      from: { path: '^src/' },
      to: { path: '^(test|bench|scripts)/' },
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
