import { describe, expect, it } from 'vitest';
import type { ImageSpecSpec } from '../api/imagespec.generated.ts';
import { parseConfig } from '../config/parse.ts';
import { planOf } from './plan.ts';

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

describe('what is no valid spec', () => {
  it.each<[string, NonNullable<ImageSpecSpec['packages']>, string]>([
    ['', { cranSnapshot: '2026-11-16' }, "spec.packages.cranSnapshot: the platform's CRAN mirror has no snapshots"],
    [
      'cran: {mirror: "https://cran.example.com"}',
      { cranSnapshot: '2026-11-16' },
      "spec.packages.cranSnapshot: the platform's CRAN mirror has no snapshots",
    ],
    [
      'cran: {mirror: "https://cran.example.com/{snapshot}"}',
      { cranSnapshot: '2026-02-29' },
      'spec.packages.cranSnapshot: "2026-02-29" is not a date',
    ],
    ['', { cran: ['dplyr', 'R6', 'dplyr@1.1.4'] }, 'spec.packages.cran[2]: "dplyr@1.1.4" contradicts "dplyr"'],
  ])('%s %j', (settings, packages, words) => {
    const result = plan({ baseImage: base, packages }, settings);
    expect(result).toMatchObject({
      ok: false,
      failure: { reason: 'InvalidSpec', message: expect.stringContaining(words) },
    });
  });

  it.each<[string, ImageSpecSpec]>([
    ['InvalidSpec', { baseImage: base }],
    ['DockerfileInvalid', { dockerfile: 'FROM aa' }],
  ])('covers any error that a parser throws: %s', (reason, spec) => {
    const hostile = Object.defineProperty(spec, 'output', {
      get: () => {
        throw new RangeError('a fault of ours');
      },
    });
    expect(plan(hostile)).toMatchObject({ ok: false, failure: { reason } });
    const found = plan(hostile);
    expect(found.ok ? '' : found.failure.message).toMatch(/^spec.*a fault of the operator \(RangeError\)/);
  });

  it('reports all wrong entries together, each with its place', () => {
    const result = plan({
      baseImage: 'UPPER/case',
      packages: { apt: ['-y'], pip: ['ok', 'not ok'], condaChannels: ['a b'], pipIndexes: ['unknown'] },
    });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    const places = (result.ok ? '' : result.failure.message).split('\n').map((line) => line.split(': ')[0]);
    expect(places).toEqual([
      'spec.baseImage',
      'spec.packages.apt[0]',
      'spec.packages.condaChannels[0]',
      'spec.packages.pip[1]',
      'spec.packages.pipIndexes[0]',
    ]);
  });

  it('reports what is against the grammar, the policy and the lint of a Dockerfile together', () => {
    const asked: ImageSpecSpec = {
      dockerfile: 'FROM aa\nCOPY x /x\n',
      output: { repository: 'UPPER/case' },
      build: { serviceAccountName: 'robot', args: [{ name: 'PIP_INDEX_URL', value: 'https://u:p@x.example/' }] },
    };
    const result = plan(asked);
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    const message = result.ok ? '' : result.failure.message;
    expect(message).toContain('spec.output.repository: ');
    expect(message).toContain('spec.dockerfile line 2: COPY needs a build context');
    const allowed = plan({ ...asked, output: {} });
    expect(allowed.ok ? '' : allowed.failure.message).toMatch(/spec\.build\.serviceAccountName: .*\n.*line 2: COPY/s);
  });

  it('names the template and the name where they make no repository', () => {
    const config = parseConfig(
      `{images: {operator: r.example/operator:1}, output: {repositoryTemplate: 'r.example/${'long/'.repeat(30)}{namespace}/{name}'}}`,
    );
    const asked = { namespace: 'vision', name: 'astro'.repeat(25), spec: { baseImage: base } };
    const result = config.ok ? planOf(asked, config.value) : config;
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    const message = config.ok && !result.ok && typeof result.failure !== 'string' ? result.failure.message : '';
    expect(message).toMatch(
      /^metadata\.name: output\.repositoryTemplate \(r\.example.* name astroastro.*choose another name/,
    );
    expect(message).not.toContain('spec.output.repository: ');
  });

  it.each(['x\nRUN id', 'x\r', '\u0000', '\u001B[2J'])('refuses the value %j of a variable', (value) => {
    const result = plan({ baseImage: base, env: [{ name: 'A', value }] });
    expect(result).toMatchObject({ ok: false, failure: { reason: 'InvalidSpec' } });
    expect(result.ok ? '' : result.failure.message).toContain('spec.env[0].value: a line break');
  });

  it.each([
    ['http://pypi.example.com/simple', 'is no https URL'],
    ['https://pypi.example.com/$(id)', 'is no https URL'],
    ['--index-url', 'is an option'],
    ['https://user:secret@pypi.example.com/simple', 'holds a credential'],
  ])('refuses the index %s', (entry, words) => {
    const result = plan({ baseImage: base, packages: { pip: ['x'], pipIndexes: [entry] } });
    const message = result.ok ? '' : result.failure.message;
    expect(message).toContain(words);
    expect(message).not.toContain('secret@');
  });
});
