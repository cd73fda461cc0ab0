import { describe, expect, it } from 'vitest';
import { config } from '../../../test/support/observations.ts';
import { planOf } from '../../dockerfile/plan.ts';
import { packageWords } from '../../packages/primehub.ts';
import { convert } from './convert.ts';
import { type PrimehubObject, primehubObject } from './objects.ts';

const anywhere = {
  ...config,
  output: { ...config.output, repositoryTemplate: 'registry.example.com/{namespace}/{name}' },
};

function object(kind: string, spec: object, name = 'sample'): PrimehubObject {
  return primehubObject.parse({ apiVersion: 'primehub.io/v1alpha1', kind, metadata: { name, namespace: 'hub' }, spec });
}

describe('packageWords', () => {
  it.each<[readonly string[], readonly string[], readonly string[], readonly string[]]>([
    [['-c pytorch -c fastai fastai'], ['fastai'], ['pytorch', 'fastai'], []],
    [['-c conda-forge::numpy==1.17*'], ['conda-forge::numpy==1.17*'], [], []],
    [['numpy pandas  scipy'], ['numpy', 'pandas', 'scipy'], [], []],
    [['numpy >= 1, < 3'], ['numpy>=1,<3'], [], []],
    [['vim\ncurl\r\ngit'], ['vim', 'curl', 'git'], [], []],
    [["tomli >= 2 ; python_version < '3.11'"], ["tomli>=2; python_version < '3.11'"], [], []],
    [['--channel=conda-forge a'], ['a'], ['conda-forge'], []],
    [
      ['--index-url https://pypi.example.com/simple --pre astropy'],
      ['astropy'],
      [],
      ['--index-url https://pypi.example.com/simple', '--pre'],
    ],
    [['a', 'a'], ['a'], [], []],
    [['', '  '], [], [], []],
    [['-c'], [], [], ['-c']],
  ])('%j', (entries, packages, channels, dropped) => {
    expect(packageWords(entries)).toEqual({ packages, channels, dropped });
  });
});

describe('convert', () => {
  it("carries over PrimeHub's own quick start, which PrimeHub dropped in silence", () => {
    const image = object('Image', {
      displayName: 'fast.ai',
      description: 'for the course',
      type: 'cpu',
      imageSpec: {
        baseImage: 'jupyter/base-notebook',
        pullSecret: 'image-gitlab',
        packages: { apt: ['vim'], conda: ['-c pytorch -c fastai fastai'], pip: null },
        updateTime: '2020-12-17T12:44:40Z',
        cancel: false,
      },
      url: 'gcr.io/x/sample:84dbd775',
    });
    const { manifest, notes } = convert(image);
    expect(notes).toEqual([
      { object: 'Image sample', field: 'spec.url', message: expect.stringContaining('is what PrimeHub built') },
    ]);
    expect(manifest).toEqual({
      apiVersion: 'imagespec.dev/v1alpha1',
      kind: 'ImageSpec',
      metadata: { name: 'sample', namespace: 'hub' },
      spec: {
        displayName: 'fast.ai',
        description: 'for the course',
        baseImage: 'jupyter/base-notebook',
        pullSecret: 'image-gitlab',
        packages: { apt: ['vim'], conda: ['fastai'], condaChannels: ['pytorch', 'fastai'] },
      },
    });
    expect(planOf({ namespace: 'hub', name: 'sample', spec: manifest?.spec ?? {} }, anywhere).ok).toBe(true);
  });

  it('makes an ImageSpec of an image that PrimeHub did not build', () => {
    const { manifest, notes } = convert(
      object('Image', {
        url: 'infuseai/docker-stacks:base',
        urlForGpu: 'infuseai/docker-stacks:base-gpu',
        pullSecret: 'pull',
        groupName: 'vision',
      }),
    );
    expect(manifest?.spec).toEqual({ baseImage: 'infuseai/docker-stacks:base', pullSecret: 'pull' });
    expect(notes.map(({ field }) => field)).toEqual(['spec.groupName', 'spec.urlForGpu']);
  });

  it('keeps where an ImageSpecJob pushed to', () => {
    const { manifest } = convert(
      object('ImageSpecJob', {
        baseImage: 'jupyter/base-notebook',
        packages: { pip: ['astropy'] },
        targetImage: 'sample:96ff7925',
        repoPrefix: 'registry.example.com/primehub',
        pushSecret: 'push',
      }),
    );
    expect(manifest?.spec).toMatchObject({
      output: { repository: 'registry.example.com/primehub/sample', pushSecret: 'push' },
    });
  });

  it('leaves a job to the object that it is a build of', () => {
    const { manifest, notes } = convert(
      primehubObject.parse({
        apiVersion: 'primehub.io/v1alpha1',
        kind: 'ImageSpecJob',
        metadata: { name: 'sample', ownerReferences: [{ apiVersion: 'x', kind: 'Image', name: 'sample', uid: 'u' }] },
        spec: { baseImage: 'jupyter/base-notebook', packages: {}, targetImage: 'sample:1' },
      }),
    );
    expect(manifest).toBeNull();
    expect(notes[0]?.message).toContain('a build of Image sample');
  });

  it.each<[string, PrimehubObject, string, string]>([
    ['nothing to build from', object('Image', { displayName: 'x' }), 'spec.url', 'nothing to build from'],
    ['a base that is none', object('ImageSpec', { baseImage: 'A/B', packages: {} }), 'spec.baseImage', '"A/B"'],
    [
      'an option',
      object('ImageSpec', { baseImage: 'jupyter/base', packages: { pip: ['--pre astropy'] } }),
      'spec.packages.pip',
      '"--pre" is not carried over',
    ],
    [
      'a package that is none',
      object('ImageSpec', { baseImage: 'jupyter/base', packages: { apt: ['$(id)'] } }),
      'spec.packages.apt',
      '"$(id)" is not a Debian package',
    ],
    [
      'a channel for pip',
      object('ImageSpec', { baseImage: 'jupyter/base', packages: { pip: ['-c x astropy'] } }),
      'spec.packages.pip',
      'only conda has channels',
    ],
    [
      'a cancelled build',
      object('ImageSpec', { baseImage: 'jupyter/base', packages: {}, cancel: true }),
      'spec.cancel',
      'cancelled',
    ],
    [
      'a name',
      object('ImageSpec', { baseImage: 'jupyter/base', packages: {} }, 'My_Image'),
      'metadata.name',
      'it is my-image now',
    ],
    [
      'a GPU image',
      object('Image', { type: 'gpu', imageSpec: { baseImage: 'jupyter/base' } }),
      'spec.type',
      'spec.jupyterHub.profiles',
    ],
  ])('reports what it cannot carry over: %s', (_, source, field, words) => {
    const { notes } = convert(source);
    expect(
      notes
        .filter((note) => note.field === field)
        .map(({ message }) => message)
        .join('\n'),
    ).toContain(words);
  });
});
