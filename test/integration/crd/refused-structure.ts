const baseImage = 'jupyter/minimal-notebook';

/** A spec that admission refuses: the field that the message names, and what it says. */
export type RefusedSpec = readonly [what: string, spec: object, field: string, says: string];

/** Refused by types, bounds and keys of the schema. */
export const refusedByStructure: readonly RefusedSpec[] = [
  ['a variable without a value', { baseImage, env: [{ name: 'A' }] }, 'spec.env[0].value', 'Required value'],
  [
    'a variable twice',
    {
      baseImage,
      env: [
        { name: 'A', value: 'b' },
        { name: 'A', value: 'c' },
      ],
    },
    'spec.env[1]',
    'Duplicate value',
  ],
  [
    'a timeout below a minute',
    { baseImage, build: { timeoutSeconds: 59 } },
    'spec.build.timeoutSeconds',
    'greater than or equal to 60',
  ],
  [
    'a timeout above a day',
    { baseImage, build: { timeoutSeconds: 86_401 } },
    'spec.build.timeoutSeconds',
    'less than or equal to 86400',
  ],
  ['too many retries', { baseImage, build: { retries: 11 } }, 'spec.build.retries', 'less than or equal to 10'],
  [
    'another platform',
    { baseImage, build: { platform: 'linux/s390x' } },
    'spec.build.platform',
    'supported values: "linux/amd64", "linux/arm64"',
  ],
  [
    'looking at the base too often',
    { baseImage, baseUpdate: { intervalSeconds: 299 } },
    'spec.baseUpdate.intervalSeconds',
    'greater than or equal to 300',
  ],
  ['a long history', { baseImage, historyLimit: 21 }, 'spec.historyLimit', 'less than or equal to 20'],
  [
    'too many packages',
    { baseImage, packages: { pip: Array.from({ length: 1025 }, () => 'a') } },
    'spec.packages.pip',
    'at most 1024 items',
  ],
  ['a Dockerfile that is too long', { dockerfile: 'F'.repeat(32_769) }, 'spec.dockerfile', 'than 32768'],
  ['a mistyped field', { baseImage, package: { pip: ['astropy'] } }, 'spec.package', 'unknown field'],
  [
    'one package instead of a list',
    { baseImage, packages: { pip: 'astropy' } },
    'spec.packages.pip',
    'must be of type array',
  ],
  [
    'an unknown policy',
    { baseImage, jupyterHub: { policy: 'Maybe' } },
    'spec.jupyterHub.policy',
    'supported values: "Report", "Require", "Skip"',
  ],
  [
    'a profile twice',
    { baseImage, jupyterHub: { profiles: ['gpu', 'gpu'] } },
    'spec.jupyterHub.profiles[1]',
    'Duplicate value',
  ],
  [
    'a check without a command',
    { baseImage, verify: [{ name: 'a', command: [] }] },
    'spec.verify[0].command',
    'should have at least 1 items',
  ],
  [
    'a check twice',
    {
      baseImage,
      verify: [
        { name: 'a', command: ['b'] },
        { name: 'a', command: ['c'] },
      ],
    },
    'spec.verify[1]',
    'Duplicate value',
  ],
];
