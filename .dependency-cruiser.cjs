/**
 * The floors of the house: imports go down only. One rule a floor, generated from the table below
 * (docs/map.md shows the same table). A cycle anywhere is an error.
 */
const may = {
  base: [],
  model: ['base'],
  seal: ['base'],
  readers: ['base', 'model'],
  rules: ['base', 'model'],
  knowledge: ['base', 'model'],
  hunt: ['base', 'model', 'rules', 'knowledge'],
  attribution: ['base', 'model', 'rules', 'knowledge'],
  journal: ['base', 'model', 'seal'],
  release: ['base', 'model', 'seal'],
  app: ['base', 'model', 'seal', 'readers', 'rules', 'knowledge', 'hunt', 'attribution', 'journal', 'release'],
  platform: ['base', 'model', 'seal', 'app/effects'],
  interfaces: ['base', 'model', 'app', 'platform'],
};
const io =
  '^(node:)?(fs|fs/promises|net|tls|http|https|http2|dgram|dns|child_process|worker_threads|sqlite|cluster|inspector)$';
const pure = Object.keys(may).filter((f) => f !== 'platform' && f !== 'interfaces');
module.exports = {
  forbidden: [
    ...Object.entries(may).map(([floor, below]) => ({
      name: `floor-${floor}`,
      severity: 'error',
      comment: `src/${floor} may import only: ${below.join(', ') || 'nothing of ours'}`,
      from: { path: `^src/${floor}/` },
      to: { path: '^src/', pathNot: [`^src/${floor}/`, ...below.map((b) => `^src/${b}(/|\\.ts$)`)] },
    })),
    {
      name: 'effects-handed-in',
      severity: 'error',
      comment: 'only platform and interfaces touch disk, processes, sockets and databases; the rest is handed effects',
      from: { path: `^src/(${pure.join('|')})/`, pathNot: '\\.test\\.ts$' },
      to: { path: io },
    },
    { name: 'no-cycle', severity: 'error', from: { path: '^src/' }, to: { circular: true } },
    {
      name: 'no-test-import',
      severity: 'error',
      from: { path: '^src/', pathNot: '\\.test\\.ts$' },
      to: { path: '(^(test|bench|exercise)/|\\.test\\.ts$)' },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: true,
    exclude: { path: '^node_modules/' },
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.cjs', '.json'] },
  },
};
