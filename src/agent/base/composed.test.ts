import { describe, expect, it } from 'vitest';
import { digestOfBytes } from '../../oci/digest.ts';
import { type BaseImage, type Image, readImage } from './baseImage.ts';
import { configured, onBase } from './composed.ts';
import { stubNote } from './stub.ts';

const digest = (digit: string) => `sha256:${digit.repeat(64)}`;
const types = {
  oci: ['application/vnd.oci.image.config.v1+json', 'application/vnd.oci.image.layer.v1.tar+gzip'],
  docker: ['application/vnd.docker.container.image.v1+json', 'application/vnd.docker.image.rootfs.diff.tar.gzip'],
} as const;
const layer = (digit: string, mediaType: string) => ({ mediaType, digest: digest(digit), size: 7 });

/** A base of two layers, whose history knows of one. */
function baseOf(family: keyof typeof types): BaseImage {
  const [config, layerType] = types[family];
  return {
    base: `registry.example.com/base@${digest('f')}`,
    places: [],
    manifest: {
      config: { mediaType: config, digest: digest('c'), size: 9 },
      layers: [layer('1', layerType), layer('2', 'application/vnd.oci.image.layer.v1.tar+zstd')],
      annotations: { a: 'b' },
    },
    config: {
      author: 'me',
      config: { Env: ['PATH=/bin', 'A=1'], Labels: { l: 'base' }, User: '1000' },
      rootfs: { type: 'layers', diff_ids: [digest('a'), digest('b')] },
      history: [{ created_by: 'base' }],
    },
  };
}

const base = baseOf('docker');
const note = { comment: stubNote(base), empty_layer: true };
const emptyTar = digestOfBytes(Buffer.alloc(1024));

/** What Kaniko made on the stub, with these layers and this history. */
function built(layers: readonly (readonly [string, string])[], history: Image['config']['history']): Image {
  return {
    manifest: {
      config: { mediaType: types.docker[0], digest: digest('d'), size: 9 },
      layers: layers.map(([digit]) => layer(digit, types.docker[1])),
    },
    config: {
      config: { Env: ['PATH=/bin', 'NEW=1'] },
      rootfs: { type: 'layers', diff_ids: layers.map(([, diffId]) => diffId) },
      history,
    },
  };
}

/** The composed image, read as a registry's client would; or the fault. */
function composed(on: BaseImage, from: Image) {
  const result = onBase(on, from);
  if (result.is === 'fault') {
    return result.message;
  }
  const image = readImage(result.image.manifest, result.image.config);
  expect(image?.manifest.config.digest).toBe(digestOfBytes(result.image.config));
  expect(image?.manifest.config.size).toBe(result.image.config.length);
  return {
    image,
    newLayers: result.image.newLayers.map((descriptor) => descriptor.digest),
  };
}

describe('an image on its base', () => {
  const one = built([['3', digest('e')]], [note, { created_by: 'RUN x' }]);

  it("has the base's layers first, and everything of a configuration that the builder made", () => {
    expect(composed(base, one)).toMatchObject({
      newLayers: [digest('3')],
      image: {
        manifest: {
          mediaType: 'application/vnd.docker.distribution.manifest.v2+json',
          layers: [...base.manifest.layers, layer('3', types.docker[1])],
          annotations: { a: 'b' },
        },
        config: {
          config: { Env: ['PATH=/bin', 'NEW=1'] },
          rootfs: { diff_ids: [digest('a'), digest('b'), digest('e')] },
          history: [{ created_by: 'base' }, { created_by: 'RUN x' }],
        },
      },
    });
  });

  it('names new layers as the base names its own', () => {
    const oci = baseOf('oci');
    expect(composed(oci, one)).toMatchObject({
      image: {
        manifest: {
          mediaType: 'application/vnd.oci.image.manifest.v1+json',
          layers: [...oci.manifest.layers, layer('3', types.oci[1])],
        },
      },
    });
  });

  it('keeps a step that changed no file in the history alone', () => {
    const from = built(
      [
        ['4', emptyTar],
        ['3', digest('e')],
      ],
      [note, { created_by: 'USER root' }, { created_by: 'RUN x' }],
    );
    expect(composed(base, from)).toMatchObject({
      newLayers: [digest('3')],
      image: {
        config: {
          rootfs: { diff_ids: [digest('a'), digest('b'), digest('e')] },
          history: [{}, { created_by: 'USER root', empty_layer: true }, { created_by: 'RUN x' }],
        },
      },
    });
  });

  it.each([
    [
      'the whole base under it',
      built(
        [
          ['1', digest('a')],
          ['2', digest('b')],
        ],
        [note, {}, {}],
      ),
      'the builder unpacked the base',
    ],
    ['another beginning', built([['3', digest('e')]], [{ created_by: 'RUN x' }]), 'begins with something else'],
    [
      'the stub of another base',
      built([], [{ comment: `imagespec base ${digest('9')}`, empty_layer: true }]),
      'begins with something else',
    ],
    ['no history', built([['3', digest('e')]], []), 'begins with something else'],
    ['a layer too many', built([['3', digest('e')]], [note]), 'another number of layers'],
    ['a layer too few', built([], [note, { created_by: 'RUN x' }]), 'another number of layers'],
  ])('refuses an image with %s', (_, from, message) => {
    expect(composed(base, from)).toContain(message);
  });
});

describe('a base with other settings', () => {
  const changes = {
    env: ['A=2', 'B=x=y'],
    labels: { l: 'new', m: 'n' },
    platform: 'linux/arm64',
    created: '2026-01-01T00:00:00Z',
  };

  it('has new values in the place of the old ones, and every layer of the base', () => {
    const { manifest, config, newLayers } = configured(base, changes);
    expect(newLayers).toEqual([]);
    expect(readImage(manifest, config)).toMatchObject({
      manifest: { layers: base.manifest.layers },
      config: {
        author: 'me',
        os: 'linux',
        architecture: 'arm64',
        created: '2026-01-01T00:00:00Z',
        history: [{ created_by: 'base' }],
        config: { Env: ['PATH=/bin', 'A=2', 'B=x=y'], Labels: { l: 'new', m: 'n' }, User: '1000' },
      },
    });
  });

  it('gets the default PATH where the base sets no variable', () => {
    const bare = { ...base, config: { ...base.config, config: {} } };
    const { manifest, config } = configured(bare, { ...changes, env: [] });
    expect(readImage(manifest, config)?.config['config']).toMatchObject({ Env: [expect.stringMatching(/^PATH=/)] });
  });
});
