/** The direction of imports between the layers; type-only imports count too. */
const layer = (name, allowed, ...more) => ({
  name: `${name}-imports-only-${allowed.join('-') || 'itself'}`,
  severity: 'error',
  from: { path: `^src/${name}/` },
  to: {
    path: '^(src|migrations|ormconfig)',
    pathNot: [`^src/${name}/`, ...allowed.map((a) => `^src/${a}`), ...more],
  },
});

const packageOnlyIn = (what, path, folders) => ({
  name: `${what}-only-in-${folders.join('-')}`,
  severity: 'error',
  from: { path: '^src/', pathNot: folders.map((f) => `^src/${f}`) },
  to: { path },
});

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolved', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'no-orphans',
      severity: 'error',
      from: { orphan: true, path: '^src/', pathNot: '\\.d\\.ts$' },
      to: {},
    },
    {
      name: 'domain-is-pure',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    layer('app', ['domain/']),
    layer('persistence', ['domain/', 'app/ports'], '^migrations/'),
    layer('solver', ['domain/', 'app/ports']),
    layer('webhooks', ['domain/', 'app/ports']),
    layer('graphql', ['app/', 'domain/']),
    layer('demo', ['app/', 'domain/']),
    layer('jobs', ['app/', 'domain/']),
    layer('messages', ['domain/', 'app/ports/customer-words']),
    layer('server', [
      'graphql/',
      'messages/',
      'app/',
      'persistence/',
      'demo/',
      'domain/',
      'jobs/',
      'solver/',
      'webhooks/',
    ]),
    {
      name: 'app-needs-no-packages',
      severity: 'error',
      from: { path: '^src/app/' },
      to: { dependencyTypes: ['npm', 'npm-dev', 'core'] },
    },
    packageOnlyIn('typeorm-and-pg', '^node_modules/(typeorm|pg|pg-query-stream)/', ['persistence/']),
    packageOnlyIn('pg-boss', '^node_modules/pg-boss/', ['jobs/']),
    packageOnlyIn('intl-messageformat', '^node_modules/intl-messageformat/', ['messages/']),
    packageOnlyIn('standardwebhooks', '^node_modules/(standardwebhooks|ipaddr\\.js)/', ['webhooks/']),
    packageOnlyIn('highs', '^node_modules/highs/', ['solver/']),
    packageOnlyIn('jose', '^node_modules/jose/', ['server/']),
    packageOnlyIn('type-graphql', '^node_modules/(type-graphql|class-validator)/', ['graphql/']),
    {
      name: 'migrations-import-typeorm-alone',
      severity: 'error',
      from: { path: '^migrations/' },
      to: { pathNot: '^node_modules/typeorm/' },
    },
    {
      name: 'only-compose-wires',
      severity: 'error',
      from: {
        path: '^src/',
        pathNot: [
          '^src/server/',
          '^src/cli/',
          '^src/main.ts',
          '^src/persistence/',
          '^src/solver/',
          '^src/webhooks/',
        ],
      },
      to: { path: '^src/(persistence|solver|webhooks)/' },
    },
  ],
  options: {
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default'],
    },
  },
};
