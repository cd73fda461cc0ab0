import { describe, expect, it } from 'vitest';
import { base, spec } from '../../../test/support/observations.ts';
import type { Base, EffectiveSpec, PlatformSettings } from '../../imagespec/effective.ts';
import { nextRows, wayOf } from './way.ts';

type Setting = PlatformSettings['build']['base'];

/** The way of a spec with one package on a base without obstacle, with changes. */
function way(
  setting: Setting,
  {
    settings = {},
    finalBase = { ...base, obstacle: 'None' },
    pullTrouble = null,
    ...changes
  }: Partial<EffectiveSpec> & {
    readonly settings?: Partial<PlatformSettings>;
    readonly finalBase?: Base | null;
    readonly pullTrouble?: string | null;
  } = {},
) {
  const { platformSettings } = spec;
  const build = { ...platformSettings.build, base: setting };
  const wanted = { ...spec, platformSettings: { ...platformSettings, ...settings, build }, ...changes };
  const decided = wayOf({ spec: wanted, finalBase, pullTrouble });
  return decided.is === 'decided' ? [decided.way, decided.row] : [decided.is];
}

const packages = spec.source.is === 'packages' ? spec.source : undefined;
if (packages === undefined) {
  throw new Error('the input of every row is a list of packages');
}
const nothing = { ...packages, pip: [] };
const dockerfile = (text: string) => ({ is: 'dockerfile', text }) as const;
const insecure = (...hosts: string[]) => ({ registries: { mirrors: [], insecure: hosts } });

describe('how the base gets under a build', () => {
  it.each([
    ['a list of packages', {}, ['Mounted', 'mounted']],
    ['only variables', { source: { ...nothing, env: [{ name: 'A', value: 'b' }] } }, ['Composed', 'nothing-installed']],
    ['nothing at all', { source: nothing }, ['Composed', 'nothing-installed']],
    ['a Dockerfile of one stage', { source: dockerfile('FROM x\nRUN true\nUSER 1000\n') }, ['Mounted', 'mounted']],
    ['two stages', { source: dockerfile('FROM x AS a\nRUN true\nFROM x\nRUN true\n') }, ['Unpacked', 'dockerfile']],
    ['COPY --from', { source: dockerfile('FROM x\nCOPY --from=y /a /b\n') }, ['Unpacked', 'dockerfile']],
    ['ADD', { source: dockerfile('FROM x\nADD https://example.com/a /a\n') }, ['Unpacked', 'dockerfile']],
    ['VOLUME', { source: dockerfile('FROM x\nVOLUME /data\n') }, ['Unpacked', 'dockerfile']],
    ['a label with a variable', { source: dockerfile('FROM x\nLABEL a=$B\n') }, ['Unpacked', 'dockerfile']],
    ['no base', { source: dockerfile('FROM scratch\n'), finalBase: null }, ['Unpacked', 'scratch']],
    ['mode Direct', { pushMode: 'Direct' }, ['Unpacked', 'direct']],
    ['volumes', { finalBase: { ...base, obstacle: 'Volumes' } }, ['Unpacked', 'volumes']],
    ['variables of the builder', { finalBase: { ...base, obstacle: 'Variables' } }, ['Unpacked', 'variables']],
    ['ONBUILD', { finalBase: { ...base, obstacle: 'Triggers' } }, ['Unpacked', 'triggers']],
    [
      'ONBUILD, nothing installed',
      { source: nothing, finalBase: { ...base, obstacle: 'Triggers' } },
      ['Unpacked', 'triggers'],
    ],
    [
      'volumes, nothing installed',
      { source: nothing, finalBase: { ...base, obstacle: 'Volumes' } },
      ['Composed', 'nothing-installed'],
    ],
    ['a base that is not described', { finalBase: base }, ['baseUnknown']],
    ['plain HTTP for the output alone', { settings: insecure('registry.example.com') }, ['Unpacked', 'plain-http']],
    ['plain HTTP for the base alone', { settings: insecure('index.docker.io') }, ['Unpacked', 'plain-http']],
    ['plain HTTP for both', { settings: insecure('index.docker.io', 'registry.example.com') }, ['Mounted', 'mounted']],
  ] as const)('Auto: %s', (_, changes, expected) => {
    expect(way('Auto', changes)).toEqual(expected);
  });

  it('Unpacked: every build is unpacked, and the operator asks no registry about its base', () => {
    expect(way('Unpacked')).toEqual(['Unpacked', 'asked']);
    expect(way('Unpacked', { source: nothing, finalBase: base })).toEqual(['Unpacked', 'asked']);
  });

  it('only Auto unpacks what nodes cannot pull, and a composed image needs no node', () => {
    const pullTrouble = 'x509: certificate signed by unknown authority';
    expect(way('Auto', { pullTrouble })).toEqual(['Unpacked', 'not-pullable']);
    expect(way('Mounted', { pullTrouble })).toEqual(['Mounted', 'mounted']);
    expect(way('Auto', { pullTrouble, source: nothing })).toEqual(['Composed', 'nothing-installed']);
  });

  it('has a last row that applies to every build', () => {
    expect(nextRows.at(-1)?.why({ spec, base, obstacle: 'None', pullTrouble: null })).toBeDefined();
  });
});
