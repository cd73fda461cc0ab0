import { describe, expect, it } from 'vitest';
import { config } from '../../test/support/observations.ts';
import type { ImageSpecSpec } from '../api/imagespec.generated.ts';
import { parseConfig } from '../config/parse.ts';
import { planOf } from './plan.ts';
import { render } from './render.ts';

const digest = `sha256:${'a'.repeat(64)}`;

/** The plan of a spec under a configuration, as users meet it: what is done, or the reason and its message. */
function plan(spec: ImageSpecSpec, configuration = '') {
  const config = parseConfig(
    `{images: {operator: registry.example.com/operator:1}, output: {repositoryTemplate: 'registry.example.com/imagespecs/{namespace}/{name}', pushSecret: push}${configuration === '' ? '' : `, ${configuration}`}}`,
  );
  if (!config.ok) {
    throw new Error(config.failure);
  }
  return planOf({ namespace: 'vision', name: 'astro', spec }, config.value);
}

const base = 'quay.io/jupyter/minimal-notebook';

describe('what a spec asks for and the policy allows', () => {
  it.each<[string, ImageSpecSpec, string, object]>([
    [
      'an index by name and one by URL',
      { baseImage: base, packages: { pip: ['torch'], pipIndexes: ['mirror', 'https://download.example.org/cu124'] } },
      'pipIndexes: [{name: mirror, url: "http://pypi.example.com/simple"}]',
      { source: { pipIndexes: ['http://pypi.example.com/simple', 'https://download.example.org/cu124'] } },
    ],
    [
      'a day of CRAN',
      { baseImage: base, packages: { cran: ['dplyr'], cranSnapshot: '2024-02-29' } },
      'cran: {mirror: "https://cran.example.com/{snapshot}"}',
      { source: { cran: ['dplyr'], cranSnapshot: '2024-02-29' } },
    ],
    [
      'credentials of package indexes',
      { baseImage: base, packages: { pip: ['torch'], credentialsSecret: 'indexes' } },
      '',
      { source: { credentialsSecret: 'indexes' } },
    ],
    [
      'a node selector that is on the list',
      { baseImage: base, build: { nodeSelector: { pool: 'builds' } } },
      'policy: {nodeSelectors: [{key: pool, values: [builds]}]}',
      { nodeSelector: { pool: 'builds' } },
    ],
    [
      'a toleration that is on the list',
      { baseImage: base, build: { tolerations: [{ key: 'builds', operator: 'Exists', effect: 'NoSchedule' }] } },
      'policy: {tolerations: [{key: builds}]}',
      {
        tolerations: [{ key: 'builds', operator: 'Exists', value: '', effect: 'NoSchedule', tolerationSeconds: null }],
      },
    ],
    [
      'a service account that is on the list',
      { baseImage: base, build: { serviceAccountName: 'builder' } },
      'policy: {serviceAccounts: [builder]}',
      { serviceAccountName: 'builder' },
    ],
    [
      'resources up to the ceiling',
      { baseImage: base, build: { resources: { limits: { memory: '2Gi' } } } },
      'build: {ceilings: {resources: {memory: 2048Mi}}}',
      { resources: { limits: { memory: '2Gi' } } },
    ],
    [
      'a base and a repository of the namespace',
      { baseImage: 'registry.example.com/vision/base' },
      'policy: {baseImages: ["registry.example.com/{namespace}/**"], repositories: ["registry.example.com/imagespecs/{namespace}/*"]}',
      { repository: 'registry.example.com/imagespecs/vision/astro' },
    ],
  ])('takes %s', (_, spec, configuration, expected) => {
    expect(plan(spec, configuration)).toMatchObject({ ok: true, value: { spec: expected } });
  });
});

describe('what the policy refuses', () => {
  it.each<[string, ImageSpecSpec, string, readonly string[]]>([
    [
      'a base from elsewhere',
      { baseImage: 'evil.example/jupyter/minimal-notebook' },
      'policy: {baseImages: ["quay.io/jupyter/*"]}',
      ['spec.baseImage: policy.baseImages', 'evil.example/jupyter/minimal-notebook', 'quay.io/jupyter/*'],
    ],
    [
      'a FROM from elsewhere',
      { dockerfile: `FROM ${base}\nFROM evil.example/x1@${digest}\n` },
      'policy: {baseImages: ["quay.io/jupyter/*"]}',
      ['spec.dockerfile: policy.baseImages', 'evil.example/x1'],
    ],
    [
      "another namespace's repository",
      { baseImage: base, output: { repository: 'registry.example.com/imagespecs/other/astro' } },
      'policy: {repositories: ["registry.example.com/imagespecs/{namespace}/*"]}',
      ['spec.output.repository: policy.repositories', 'use one of registry.example.com/imagespecs/vision/*'],
    ],
    [
      "a user's Dockerfile",
      { dockerfile: `FROM ${base}` },
      'policy: {ownDockerfiles: Refused}',
      ['policy.ownDockerfiles'],
    ],
    [
      'an index by URL',
      { baseImage: base, packages: { pip: ['x'], pipIndexes: ['https://evil.example/simple'] } },
      'policy: {pipIndexUrls: Refused}, pipIndexes: [{name: mirror, url: "https://pypi.example.com/simple"}]',
      ['spec.packages.pipIndexes[0]: policy.pipIndexUrls', 'use one of mirror'],
    ],
    [
      'a channel',
      { baseImage: base, packages: { conda: ['numpy', 'evil::scipy'], condaChannels: ['conda-forge'] } },
      'policy: {condaChannels: [conda-forge]}',
      ['spec.packages.conda[1]: policy.condaChannels', '"evil"'],
    ],
    [
      'a channel between brackets',
      { baseImage: base, packages: { conda: ["scipy[version='>=1', channel=evil]"] } },
      'policy: {condaChannels: [conda-forge]}',
      ['spec.packages.conda[0]: policy.condaChannels', '"evil"'],
    ],
    [
      'any service account',
      { baseImage: base, build: { serviceAccountName: 'admin' } },
      '',
      ['policy.serviceAccounts'],
    ],
    [
      'any node selector',
      { baseImage: base, build: { nodeSelector: { a: 'b' } } },
      '',
      ['policy.nodeSelectors', '"a: b"'],
    ],
    [
      'a label with another value',
      { baseImage: base, build: { nodeSelector: { pool: 'control' } } },
      'policy: {nodeSelectors: [{key: pool, values: [builds]}]}',
      ['policy.nodeSelectors', '"pool: control"'],
    ],
    [
      'a toleration of every taint',
      { baseImage: base, build: { tolerations: [{ operator: 'Exists' }] } },
      'policy: {tolerations: [{key: builds}]}',
      ['spec.build.tolerations[0]: policy.tolerations'],
    ],
    [
      'more memory than the ceiling',
      { baseImage: base, build: { resources: { requests: { memory: '3Gi' } } } },
      'build: {ceilings: {resources: {memory: 2048Mi}}}',
      ['spec.build.resources.requests.memory: build.ceilings.resources', '2048Mi'],
    ],
    [
      'more time than the ceiling',
      { baseImage: base, build: { timeoutSeconds: 7200 } },
      'build: {ceilings: {timeoutSeconds: 3600}}',
      ['spec.build.timeoutSeconds: build.ceilings.timeoutSeconds', '3600'],
    ],
    [
      'more time for its commands than the ceiling',
      {
        baseImage: base,
        verify: [
          { name: 'a', command: ['true'], timeoutSeconds: 41 },
          { name: 'b', command: ['true'] },
        ],
      },
      'build: {ceilings: {verifySeconds: 100}}',
      ['spec.verify: build.ceilings.verifySeconds allows 100 s', '101'],
    ],
    ['the default push Secret for pulling', { baseImage: base, pullSecret: 'push' }, '', ['spec.pullSecret', '"push"']],
    [
      'its own push Secret for pulling',
      { baseImage: base, pullSecret: 'mine', output: { pushSecret: 'mine' } },
      '',
      ['spec.pullSecret', '"mine"'],
    ],
  ])('%s', (_, spec, configuration, words) => {
    const result = plan(spec, configuration);
    expect(result).toMatchObject({ ok: false, failure: { reason: 'PolicyViolation' } });
    for (const word of words) {
      expect(result.ok ? '' : result.failure.message).toContain(word);
    }
  });

  it('reports all violations together', () => {
    const result = plan({ baseImage: base, build: { serviceAccountName: 'admin', nodeSelector: { a: 'b' } } });
    expect(result.ok ? '' : result.failure.message.split('\n')).toHaveLength(2);
  });
});

describe('the size of the Dockerfile', () => {
  const long = (count: number) => Array.from({ length: count }, (_, index) => `package-${index}-${'x'.repeat(900)}`);

  it('is checked before a build starts', () => {
    const result = plan({ baseImage: base, packages: { pip: long(300) } });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    expect(result.ok ? '' : result.failure.message).toMatch(/spec\.packages: .* \d{6} bytes, and 204800 are the most/);
  });

  it('is checked before the entries are read, so that invalid entries do not matter', () => {
    const wrong = Array.from({ length: 1024 }, (_, index) => `${index}`.padEnd(1024, ','));
    const result = plan({ baseImage: base, packages: { conda: wrong } });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    expect(result.ok ? '' : result.failure.message).toMatch(
      /^spec\.packages: .* of at least 1048576 bytes, and [^\n]*$/,
    );
  });

  it('counts an entry that stands twice once, as it is installed once', () => {
    const twice = Array.from({ length: 500 }, () => 'x'.repeat(900));
    expect(plan({ baseImage: base, packages: { pip: twice } })).toMatchObject({ ok: true });
  });

  it('may be large, and has no line that the builder does not read', () => {
    const result = plan({ baseImage: base, packages: { pip: long(200) } });
    const text = result.ok ? render(result.value.spec, [{ image: base, digest, user: '1000' }]) : '';
    expect(text.length).toBeGreaterThan(180_000);
    expect(Math.max(...text.split('\n').map((line) => line.length))).toBeLessThan(65_535);
  });

  it('is checked for the image of another ImageSpec too, whose name is not known yet', () => {
    const baseImageSpecRef = { name: 'team-base' };
    expect(plan({ baseImageSpecRef, packages: { pip: long(200) } })).toMatchObject({
      ok: true,
      value: { upstream: 'team-base' },
    });
    const env = Array.from({ length: 25 }, (_, index) => ({ name: `A${index}`, value: '"'.repeat(8000) }));
    const result = plan({ baseImageSpecRef, packages: { pip: ['six'] }, env });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    expect(result.ok ? '' : result.failure.message).toMatch(/ Dockerfile of \d{6} bytes, and 204800 are the most/);
  });

  it("counts the digest that each stage of a user's Dockerfile gets, up to the bound", () => {
    const stages = 204_800 / `FROM aa@${digest}\n`.length;
    expect(plan({ dockerfile: 'FROM aa\n'.repeat(stages) })).toMatchObject({ ok: true });
    const result = plan({ dockerfile: 'FROM aa\n'.repeat(stages + 1) });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'DockerfileInvalid' } });
    expect(result.ok ? '' : result.failure.message).toContain(
      'spec.dockerfile line 1: the stages and build arguments make a Dockerfile of 204880 bytes, and 204800 are the most',
    );
  });

  it('names a variable that makes a line too long', () => {
    const env = [{ name: 'LONG', value: '€'.repeat(30_000) }];
    const result = plan({ baseImage: base, env });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    expect(result.ok ? '' : result.failure.message).toContain('spec.env "LONG": makes a line of more than 65535 bytes');
  });
});

describe('where the image goes', () => {
  function planWithoutTemplate(spec: ImageSpecSpec) {
    return planOf(
      { namespace: 'vision', name: 'astro', spec },
      { ...config, output: { ...config.output, repositoryTemplate: null } },
    );
  }

  it('must come from the resource or from the platform', () => {
    const result = planWithoutTemplate({ baseImage: base });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'OutputNotConfigured' } });
    expect(result.ok ? '' : result.failure.message).toContain('spec.output.repository is not set');
  });

  it('may be said by the resource alone', () => {
    const result = planWithoutTemplate({ baseImage: base, output: { repository: 'r.example/team/astro' } });
    expect(result).toMatchObject({ ok: true, value: { spec: { repository: 'r.example/team/astro' } } });
  });
});
