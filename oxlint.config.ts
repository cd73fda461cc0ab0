import { defineConfig } from 'oxlint';

/**
 * The import table of docs/structure.md as data: a folder of `src/` may import itself and the folders
 * listed here, nothing else. `pure` folders do no I/O: no clock, no process, no network, no files; client-node
 * only as a type.
 */
const folders = {
  api: { pure: true, imports: [] },
  text: { pure: true, imports: [] },
  oci: { pure: true, imports: [] },
  config: { pure: true, imports: ['api', 'text', 'oci'] },
  packages: { pure: true, imports: ['api', 'text', 'config'] },
  imagespec: { pure: true, imports: ['api', 'text', 'oci', 'config', 'packages'] },
  dockerfile: { pure: true, imports: ['api', 'oci', 'config', 'packages', 'imagespec'] },
  kaniko: { pure: true, imports: ['api', 'text', 'oci', 'config', 'packages', 'imagespec', 'dockerfile'] },
  jupyterhub: {
    pure: true,
    imports: ['api', 'text', 'oci', 'config', 'packages', 'imagespec', 'dockerfile', 'kaniko'],
  },
  lifecycle: {
    pure: true,
    imports: ['api', 'text', 'oci', 'config', 'packages', 'imagespec', 'dockerfile', 'kaniko', 'jupyterhub'],
  },
  kubernetes: { pure: false, imports: [] },
  registry: { pure: false, imports: ['oci'] },
  telemetry: { pure: false, imports: ['text'] },
  reconcile: {
    pure: false,
    imports: [
      'api',
      'text',
      'oci',
      'config',
      'packages',
      'imagespec',
      'dockerfile',
      'kaniko',
      'jupyterhub',
      'lifecycle',
      'kubernetes',
      'registry',
      'telemetry',
    ],
  },
  agent: { pure: false, imports: ['api', 'oci', 'config', 'registry', 'telemetry'] },
  cli: {
    pure: false,
    imports: [
      'api',
      'text',
      'oci',
      'config',
      'packages',
      'imagespec',
      'dockerfile',
      'kaniko',
      'jupyterhub',
      'kubernetes',
      'registry',
    ],
  },
} as const;

/** Exempt in pure folders: what reads the configuration file, and the one conversion of times (it reads no clock). */
const impureFiles = ['src/config/load.ts', 'src/api/time.ts'];

const clientNodeAsType = {
  name: '@kubernetes/client-node',
  allowTypeImports: true,
  message: 'Pure code takes client-node as `import type` only.',
};

const inputOutput = [
  'node:fs',
  'node:fs/promises',
  'node:http',
  'node:https',
  'node:net',
  'node:tls',
  'node:child_process',
  'node:process',
  'node:os',
  'node:timers',
  'node:timers/promises',
  'pino',
  'undici',
].map((name) => ({ name, message: 'Pure code does no I/O: take the value as a parameter.' }));

const folderNames = Object.keys(folders) as (keyof typeof folders)[];

function forbiddenFolders(folder: keyof typeof folders) {
  const allowed: readonly string[] = folders[folder].imports;
  return folderNames
    .filter((other) => other !== folder && !allowed.includes(other))
    .map((other) => ({
      group: [`../${other}/**`, `../../${other}/**`, `../../../${other}/**`],
      message: `src/${folder} must not import src/${other} (oxlint.config.ts, \`folders\`).`,
    }));
}

/** What follows from a Standing: it derives nothing again, so it takes only types from the folders that do. */
const followers = {
  files: ['src/lifecycle/decide.ts', 'src/lifecycle/effects.ts', 'src/lifecycle/status/*.ts'],
  derivation: ['proofs', 'builds', 'bases'].map((room) => ({
    group: [`./${room}/**`, `../${room}/**`],
    allowTypeImports: true,
    message: `Read the Standing: \`assess\` has derived this once (src/lifecycle/${room}).`,
  })),
};

const pureGlobals = ['Date', 'process', 'fetch', 'setTimeout', 'setInterval', 'setImmediate', 'console'];

/** The product runs without its tools and tests. */
const outside = {
  group: ['**/tools/**', '**/test/**'],
  message: 'src/ imports neither tools/ nor test/.',
};

function folderOverride(folder: keyof typeof folders) {
  const { pure } = folders[folder];
  return {
    files: [`src/${folder}/**/*.ts`],
    rules: {
      'no-restricted-imports': [
        'error',
        { paths: pure ? [clientNodeAsType, ...inputOutput] : [], patterns: [...forbiddenFolders(folder), outside] },
      ] as ['error', object],
      ...(pure ? { 'no-restricted-globals': ['error', ...pureGlobals] as ['error', ...string[]] } : {}),
    },
  };
}

export default defineConfig({
  plugins: ['typescript', 'import', 'unicorn', 'oxc', 'vitest'],
  categories: { correctness: 'error', suspicious: 'error', perf: 'error' },
  // undici has no types for its parts, which tools/bundle names.
  ignorePatterns: ['dist', '**/*.generated.ts', 'tools/cluster/go', 'tools/bundle/*.cjs'],
  rules: {
    'typescript/no-floating-promises': 'error',
    'typescript/no-misused-promises': 'error',
    'typescript/switch-exhaustiveness-check': ['error', { considerDefaultExhaustiveForUnions: false }],
    'typescript/no-explicit-any': 'error',
    'typescript/no-non-null-assertion': 'error',
    'typescript/consistent-type-imports': 'error',
    'typescript/no-unsafe-argument': 'error',
    'typescript/no-unsafe-assignment': 'error',
    'typescript/no-unsafe-call': 'error',
    'typescript/no-unsafe-member-access': 'error',
    'typescript/no-unsafe-return': 'error',
    'typescript/no-unsafe-type-assertion': 'error',
    'typescript/consistent-type-assertions': 'error',
    'import/no-cycle': 'error',
    'import/no-default-export': 'error',
    'import/no-unassigned-import': 'off',
    'unicorn/prefer-node-protocol': 'error',
    'no-await-in-loop': 'off',
    'no-underscore-dangle': 'off',
    'no-shadow': 'off',
    // tsc's noImplicitReturns knows exhaustive switches; this rule does not.
    'typescript/consistent-return': 'off',
    // Stripping control characters is what these expressions are for.
    'no-control-regex': 'off',
    'unicorn/consistent-function-scoping': 'off',
    'no-console': 'error',
    eqeqeq: 'error',
    'no-var': 'error',
    'prefer-const': 'error',
  },
  overrides: [
    ...folderNames.map(folderOverride),
    {
      files: followers.files,
      rules: {
        'no-restricted-imports': [
          'error',
          {
            paths: [clientNodeAsType, ...inputOutput],
            patterns: [...forbiddenFolders('lifecycle'), ...followers.derivation],
          },
        ],
      },
    },
    { files: impureFiles, rules: { 'no-restricted-globals': 'off', 'no-restricted-imports': 'off' } },
    {
      files: ['src/**/*.test.ts'],
      rules: {
        'no-restricted-globals': 'off',
        'no-restricted-imports': 'off',
        // Vitest types its matchers inside an expected value as `any`.
        'typescript/no-unsafe-assignment': 'off',
      },
    },
    {
      // Generators read the tables of tests, of which pages are made; all other tools stand without tests.
      files: ['tools/**/*.ts'],
      excludeFiles: ['tools/generate/**'],
      rules: {
        'no-restricted-imports': [
          'error',
          { patterns: [{ group: ['**/test/**'], message: 'Only tools/generate/ may import test/.' }] },
        ],
      },
    },
    {
      files: ['*.config.ts'],
      rules: { 'import/no-default-export': 'off', 'typescript/no-unsafe-type-assertion': 'off' },
    },
    {
      files: ['test/**/*.ts', 'tools/**/*.ts'],
      rules: {
        'no-console': 'off',
        // What kubectl prints is JSON of a known kind; a test that is wrong about it fails.
        'typescript/no-unsafe-assignment': 'off',
        'typescript/no-unsafe-return': 'off',
      },
    },
  ],
});
