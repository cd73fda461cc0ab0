import { array, assert, constantFrom, property, string } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { noPackages } from '../../test/support/noPackages.ts';
import { base, spec } from '../../test/support/observations.ts';
import type { EffectiveSpec, NameValue } from '../imagespec/effective.ts';
import { installScript, longestScript } from '../packages/cran/installScript.ts';
import { instructionOf } from './reading/instruction.ts';
import { readLines } from './reading/lines.ts';
import { render } from './render.ts';

function packages(changes: object): EffectiveSpec {
  return {
    ...spec,
    source: {
      is: 'packages',
      ...noPackages,
      base: { is: 'image', reference: base.image },
      credentialsSecret: null,
      env: [],
      ...changes,
    },
  };
}

const bundled = { ...spec.platformSettings, caBundle: 'a certificate' };

function keywords(dockerfile: string): readonly string[] {
  return readLines(dockerfile).lines.map((line) => instructionOf(line).keyword);
}

describe('render', () => {
  it('pins the base and installs from the most stable list to the least, then restores the user', () => {
    const text = render(packages({ apt: ['g++'], conda: ['fitsio'], pip: ['astropy'] }), [base]);
    expect(text.split('\n')[0]).toBe(`FROM ${base.image}@${base.digest}`);
    expect(keywords(text)).toEqual(['FROM', 'USER', 'RUN', 'RUN', 'RUN', 'USER']);
    const places = ['apt-get install', '"$conda" install', 'pip install', 'USER 1000'].map((part) =>
      text.indexOf(part),
    );
    expect(places.toSorted((a, b) => a - b)).toEqual(places);
    expect(places).not.toContain(-1);
  });

  it('gives the same bytes for the same packages in any order', () => {
    const one = render(packages({ pip: ['b', 'a', 'b'] }), [base]);
    expect(render(packages({ pip: ['a', 'b'] }), [base])).toBe(one);
  });

  it('adds no step and no user for variables alone', () => {
    expect(keywords(render(packages({ env: [{ name: 'A', value: '1' }] }), [base]))).toEqual(['FROM', 'ENV']);
  });

  it('declares the trust arguments only where a bundle is mounted', () => {
    expect(render({ ...packages({}), platformSettings: bundled }, [base])).toContain('ARG PIP_CERT\n');
    expect(render(packages({}), [base])).not.toContain('ARG');
  });

  it('keeps every value of a variable in one instruction and in its quotes', () => {
    const value = string({ unit: constantFrom('$', '"', "'", '\\', '#', ' ', 'a', '{', '}', '`', '=') });
    assert(
      property(array(value, { maxLength: 4 }), (values) => {
        const env: readonly NameValue[] = values.map((text, index) => ({ name: `V${index}`, value: text }));
        const lines = render(packages({ env }), [base]).trimEnd().split('\n');
        expect(lines).toHaveLength(1 + env.length);
        for (const [index, line] of lines.slice(1).entries()) {
          const quoted = /^ENV V\d+="((?:[^"\\$]|\\["\\$])*)"$/.exec(line)?.[1];
          expect(quoted?.replaceAll(/\\(["\\$])/g, '$1')).toBe(env[index]?.value);
        }
      }),
    );
  });
});

describe('any accepted value of a spec', () => {
  const value = string({ unit: 'binary', maxLength: 60 }).filter(
    (text) => !/[\u0000-\u0008\n-\u001F\u007F]/.test(text),
  );
  const entry = constantFrom(
    'astropy',
    "tomli; python_version < '3.11'",
    'x; platform_machine == "a" or os_name == \'b\'',
    'a @ https://e.example/a.whl?x=1&y=2',
  );

  it('renders to exactly these instructions for an independent parser', () => {
    assert(
      property(array(value, { maxLength: 6 }), array(entry, { minLength: 1, maxLength: 6 }), (values, pip) => {
        const env = values.map((text, index) => ({ name: `V${index}`, value: text }));
        const text = render(packages({ apt: ['g++'], conda: ['numpy>=1,<3'], pip, env }), [base]);
        expect(keywords(text)).toEqual(['FROM', 'USER', 'RUN', 'RUN', 'RUN', 'USER', ...env.map(() => 'ENV')]);
      }),
    );
  });
});

describe('package indexes, channels and their credentials', () => {
  it('gives pip the first index in place of the default, and the others beside it', () => {
    const pipIndexes = ['https://a.example/simple', 'https://b.example/cu124', 'https://c.example/'];
    const text = render(packages({ pip: ['torch==2.5.1+cu124'], pipIndexes }), [base]);
    expect(text).toContain(
      '--index-url https://a.example/simple --extra-index-url https://b.example/cu124 --extra-index-url https://c.example/ -- \\\n       torch==2.5.1+cu124',
    );
  });

  it("lets the spec's channels stand alone, in their order", () => {
    const text = render(packages({ conda: ['fitsio'], condaChannels: ['b', 'a'] }), [base]);
    expect(text).toContain('--channel b --channel a --override-channels -- \\\n       fitsio');
    expect(render(packages({ conda: ['fitsio'] }), [base])).not.toContain('override-channels');
  });

  it('names the credentials for the installing commands only, and declares nothing that would stay', () => {
    const text = render(packages({ apt: ['g++'], conda: ['fitsio'], pip: ['astropy'], credentialsSecret: 'indexes' }), [
      base,
    ]);
    expect(text).toContain('apt-get -o Dir::Etc::netrc=/imagespec/credentials/netrc install');
    expect(text).toContain('NETRC=/imagespec/credentials/netrc "$conda" install');
    expect(text).toContain('NETRC=/imagespec/credentials/netrc PYTHONNOUSERSITE=1 PIP_USER=0 "$python" -m pip install');
    expect(text).not.toMatch(/^(ENV|ARG).*netrc/im);
    expect(render(packages({ pip: ['astropy'] }), [base])).not.toMatch(/netrc/i);
  });

  it("declares the platform's channel alias and apt configuration where there are any", () => {
    const platformSettings = {
      ...spec.platformSettings,
      conda: { channelAlias: 'https://conda.example/' },
      apt: { proxy: 'http://apt.example:3142', mirrors: [] },
    };
    const text = render({ ...packages({ conda: ['fitsio'] }), platformSettings }, [base]);
    expect(text).toContain('ARG APT_CONFIG\nARG CONDA_CHANNEL_ALIAS\n');
  });
});

describe('packages of R', () => {
  const withMirror = (mirror: string | null, changes: object) =>
    render({ ...packages(changes), platformSettings: { ...spec.platformSettings, cran: { mirror } } }, [base]);

  it('come last, in one step that keeps every entry one word', () => {
    const text = withMirror(null, { pip: ['astropy'], cran: ['dplyr', 'data.table@1.15.4'] });
    expect(keywords(text)).toEqual(['FROM', 'USER', 'RUN', 'RUN', 'USER']);
    expect(text.indexOf('Rscript')).toBeGreaterThan(text.indexOf('pip install'));
    expect(text).toContain("' \\\n       data.table@1.15.4 \\\n       dplyr");
    expect(text).not.toContain('CRAN_MIRROR=');
  });

  it.each([
    ['https://cran.example.com/{snapshot}', null, 'CRAN_MIRROR=https://cran.example.com/latest '],
    ['https://cran.example.com/{snapshot}', '2026-11-16', 'CRAN_MIRROR=https://cran.example.com/2026-11-16 '],
    ['https://p.example.com/{codename}/{snapshot}', null, "CRAN_MIRROR='https://p.example.com/{codename}/latest' "],
    ['https://cran.example.com/', null, 'CRAN_MIRROR=https://cran.example.com/ '],
  ])('are read from %s on the day %s', (mirror, cranSnapshot, words) => {
    expect(withMirror(mirror, { cran: ['dplyr'], cranSnapshot })).toContain(words);
  });

  it('read the mounted credentials only where there are some', () => {
    expect(withMirror(null, { cran: ['dplyr'] })).not.toContain('NETRC');
    const text = withMirror(null, { cran: ['dplyr'], credentialsSecret: 'netrc' });
    expect(text).toContain('NETRC=/imagespec/credentials/netrc Rscript');
    expect(text).toContain('Authorization');
  });

  it.each(['WithNetrc', 'WithoutNetrc'] as const)(
    'are installed by a script that fits behind -e and into quotes: %s',
    (netrc) => {
      const script = installScript(netrc).join('; ');
      expect(script.length).toBeLessThan(longestScript);
      expect(script).not.toContain("'");
      expect(script).not.toContain('\n');
    },
  );
});

describe("a user's Dockerfile", () => {
  it('is pinned stage by stage and otherwise left alone', () => {
    const text = 'FROM jupyter/minimal-notebook AS build\nRUN true\nFROM build\nCOPY --chown=1 --from=build /a /a\n';
    const rendered = render({ ...spec, source: { is: 'dockerfile', text } }, [base]);
    expect(rendered).toBe(
      text.replace('FROM jupyter/minimal-notebook', `FROM jupyter/minimal-notebook@${base.digest}`),
    );
  });

  it('gets the trust arguments in every stage', () => {
    const text = 'FROM jupyter/minimal-notebook AS build\nFROM build\nRUN true\n';
    const rendered = render({ ...spec, source: { is: 'dockerfile', text }, platformSettings: bundled }, [base]);
    expect(rendered.match(/^ARG PIP_CERT$/gm)).toHaveLength(2);
  });
});
