import { describe, expect, it } from 'vitest';
import { acceptedPackages } from '../../../test/support/inputs/packages.ts';
import type { ImageSpecSpec } from '../../api/imagespec.generated.ts';
import { aptNameOf } from '../../packages/apt/pin.ts';
import { condaPartsOf } from '../../packages/conda/pin.ts';
import type { BuildContents, CondaPackage, Contents } from '../../packages/contents/contents.ts';
import { cranPartsOf } from '../../packages/cran/grammar.ts';
import { packageFault } from '../../packages/entries/packageFault.ts';
import type { ManagerName } from '../../packages/names.ts';
import { pipPartsOf } from '../../packages/pip/pin.ts';
import { freeze } from './freeze.ts';

const digest = `sha256:${'d2'.repeat(32)}`;
const other = `sha256:${'0a'.repeat(32)}`;
const baseImage = 'quay.io/jupyter/minimal-notebook:2026-11-16';

function conda(name: string, version: string, channel: string | null, environment = ''): CondaPackage {
  return { name, version, build: 'py311_0', channel, environment };
}

const contents: Contents = {
  apt: [
    { name: 'g++', version: '4:12.2.0-3' },
    { name: 'libc6', version: '2.36-9+deb12u14' },
    { name: 'libc6:arm64', version: '2.36-9' },
  ],
  apk: [],
  rpm: [],
  conda: [
    conda('fitsio', '1.2.1', 'conda-forge'),
    conda('local', '1.0', 'file:///opt/channels/conda-forge'),
    conda('numpy', '1.26.4', 'pkgs/main'),
    conda('ours', '2.0', 'https://conda.example.com/ours'),
    conda('strange', '1..2', 'conda-forge'),
    conda('numpy', '1.0.0', 'conda-forge', '/opt/conda/envs/old'),
  ],
  pip: [
    { name: 'astropy', version: '6.1.0', environment: '' },
    { name: 'ruamel.yaml', version: '0.18.6', environment: '' },
    { name: 'torch', version: '2.5.1+cu124', environment: '' },
    { name: 'old', version: '2004d', environment: '' },
    { name: 'astropy', version: '1.0', environment: '/opt/tool' },
    { name: 'tool', version: '3', environment: '/opt/tool' },
  ],
  r: [],
  omitted: 0,
};

function build(contents: Contents): BuildContents {
  return { number: 2, image: `r.example/astro@${other}`, bases: [{ image: baseImage, digest }], contents };
}

function frozen(spec: ImageSpecSpec) {
  return freeze(spec, build(contents));
}

describe('packages', () => {
  it.each<readonly [ManagerName, string, string]>([
    ['apt', 'g++', 'g++=4:12.2.0-3'],
    ['apt', 'g++=4:12*', 'g++=4:12.2.0-3'],
    ['apt', 'g++/bookworm-backports', 'g++=4:12.2.0-3'],
    ['apt', 'libc6:arm64', 'libc6:arm64=2.36-9'],
    ['apt', 'libc6:amd64', 'libc6:amd64=2.36-9+deb12u14'],
    ['conda', 'fitsio', 'conda-forge::fitsio=1.2.1=py311_0'],
    ['conda', 'NumPy>=1,<3', 'pkgs/main::numpy=1.26.4=py311_0'],
    ['conda', 'mirror/linux-64::fitsio 1.2.* py*', 'mirror/linux-64::fitsio=1.2.1=py311_0'],
    ['conda', "fitsio[version='>=1',channel=other]", 'other::fitsio=1.2.1=py311_0'],
    ['conda', 'ours', 'https://conda.example.com/ours::ours=2.0=py311_0'],
    ['conda', 'local', 'local=1.0=py311_0'],
    ['pip', 'astropy>=6,<8', 'astropy==6.1.0'],
    ['pip', 'Astropy (>=6)', 'Astropy==6.1.0'],
    ['pip', 'astropy [ all, test ] ~= 6.0', 'astropy[all,test]==6.1.0'],
    ['pip', "astropy; python_version < '4'", "astropy==6.1.0 ; python_version < '4'"],
    ['pip', 'ruamel-yaml', 'ruamel-yaml==0.18.6'],
    ['pip', 'torch', 'torch==2.5.1+cu124'],
    ['pip', 'numpy', 'numpy==1.26.4'],
    ['pip', 'tool', 'tool==3'],
    ['pip', 'x @ https://example.com/x-1-py3-none-any.whl', 'x @ https://example.com/x-1-py3-none-any.whl'],
    [
      'pip',
      `x @ git+https://example.com/x.git@${'a'.repeat(40)}`,
      `x @ git+https://example.com/x.git@${'a'.repeat(40)}`,
    ],
  ])('%s: %s is built as %s', (manager, entry, expected) => {
    expect(frozen({ baseImage, packages: { [manager]: [entry] } })).toEqual({
      spec: { baseImage: `${baseImage}@${digest}`, packages: { [manager]: [expected] } },
      notes: [],
    });
  });

  it.each<readonly [ManagerName, string, string]>([
    ['apt', 'awk', '"awk" was not installed by this build'],
    ['conda', 'missing', '"missing" was not installed by this build'],
    ['conda', 'strange', 'in a version that no entry can ask for'],
    ['pip', "pywin32; sys_platform == 'win32'", 'was not installed by this build'],
    ['pip', 'old', 'in a version that no entry can ask for'],
    ['pip', 'x @ git+https://example.com/x.git@main', 'names no commit'],
  ])('%s: %s stays as written, with a note', (manager, entry, words) => {
    const { spec, notes } = frozen({ baseImage, packages: { [manager]: ['first-of-all', entry] } });
    expect(spec.packages?.[manager]).toEqual(['first-of-all', entry]);
    expect(notes[1]).toContain(words);
    expect(notes[1]).toContain(`spec.packages.${manager}[1]: `);
  });

  it('makes one of two entries about one package, and leaves everything else of the spec', () => {
    const spec: ImageSpecSpec = {
      displayName: 'Astronomy',
      baseImage,
      packages: { pip: ['astropy>=6', 'astropy<8'], condaChannels: ['conda-forge'], credentialsSecret: 'netrc' },
      env: [{ name: 'A', value: '$x' }],
    };
    expect(frozen(spec).spec).toEqual({
      ...spec,
      baseImage: `${baseImage}@${digest}`,
      packages: { ...spec.packages, pip: ['astropy==6.1.0'] },
    });
  });

  it.each(acceptedPackages)(
    '%s: the result for %j is a valid entry, and a second run leaves it unchanged',
    (manager, entry) => {
      const version = '3.2.1';
      const named: Record<ManagerName, () => Partial<Contents>> = {
        apt: () => ({ apt: [{ name: aptNameOf(entry), version }] }),
        conda: () => ({ conda: [conda(condaPartsOf(entry).name.toLowerCase(), version, 'conda-forge')] }),
        pip: () => {
          const parts = pipPartsOf(entry);
          return parts.is === 'named' ? { pip: [{ name: parts.name, version, environment: '' }] } : {};
        },
        cran: () => ({ r: [{ name: cranPartsOf(entry).name, version }] }),
      };
      const built = build({ ...contents, ...named[manager]() });
      const { spec } = freeze({ baseImage, packages: { [manager]: [entry] } }, built);
      const [result = ''] = spec.packages?.[manager] ?? [];
      expect(packageFault(manager, result)).toBeUndefined();
      expect(result).toContain(entry.includes(' @ ') ? 'https://' : version);
      expect(freeze(spec, built).spec).toEqual(spec);
    },
  );
});

describe('the base', () => {
  it.each([
    ['a tag', baseImage, `${baseImage}@${digest}`],
    ['a digest, which stays', `quay.io/x@${other}`, `quay.io/x@${other}`],
  ])('%s', (_what, image, expected) => {
    expect(frozen({ baseImage: image })).toEqual({ spec: { baseImage: expected }, notes: [] });
  });

  it('by another name for the same image', () => {
    const bases = [{ image: 'jupyter/base-notebook', digest }];
    const { spec } = freeze({ baseImage: 'docker.io/jupyter/base-notebook' }, { ...build(contents), bases });
    expect(spec.baseImage).toBe(`docker.io/jupyter/base-notebook@${digest}`);
  });

  it('that differs from the base of the build stays as written, with a note', () => {
    const { spec, notes } = frozen({ baseImage: 'debian:13' });
    expect(spec).toEqual({ baseImage: 'debian:13' });
    expect(notes).toEqual(['spec.baseImage: build 2 did not start from "debian:13"; left as written']);
  });

  it('that is another ImageSpec becomes its image', () => {
    const { spec, notes } = frozen({ baseImageSpecRef: { name: 'base' }, suspend: false });
    expect(spec).toEqual({ baseImage: `${baseImage}@${digest}`, suspend: false });
    expect(notes).toEqual([expect.stringContaining('spec.baseImageSpecRef: became spec.baseImage')]);
  });

  it('of every stage of a Dockerfile, and nothing else of it', () => {
    const dockerfile = `ARG TAG=1\nFROM debian:$TAG AS a\nRUN apt-get install -y vim\nFROM ${baseImage}\nCOPY --from=a /x /x\n`;
    const bases = [...build(contents).bases, { image: 'debian:2', digest: other }];
    const spec: ImageSpecSpec = { dockerfile, build: { args: [{ name: 'TAG', value: '2' }] } };
    const { spec: result, notes } = freeze(spec, { ...build(contents), bases });
    expect(result.dockerfile).toBe(
      `ARG TAG=1\nFROM debian:2@${other} AS a\nRUN apt-get install -y vim\nFROM ${baseImage}@${digest}\nCOPY --from=a /x /x\n`,
    );
    expect(notes).toEqual(['spec.dockerfile: only its images are pinned; what its RUN lines install is theirs to pin']);
    expect(frozen(spec).notes).toContain('spec.dockerfile: build 2 did not start from "debian:2"; left as written');
  });
});
