import { describe, expect, it } from 'vitest';
import { type Additions, baseImageOf, configOn, type Descriptor, manifestOn, mediaTypes } from './image.ts';

const descriptor = (mediaType: string, digit: string): Descriptor => ({
  mediaType,
  digest: `sha256:${digit.repeat(64)}`,
  size: 1,
});

const base = baseImageOf(
  { layers: [descriptor('application/vnd.docker.image.rootfs.diff.tar.gzip', 'a')] },
  {
    architecture: 'arm64',
    config: { Env: ['PATH=/bin'], WorkingDir: '/home/nonroot', User: '65532', Cmd: ['x'], Labels: { base: '1' } },
    rootfs: { type: 'layers', diff_ids: ['sha256:0'] },
    history: [{ created_by: 'base' }],
  },
);
const additions: Additions = {
  layers: [{ descriptor: descriptor(mediaTypes.layer, 'b'), diffId: 'sha256:1', createdBy: 'COPY dist/ /app/' }],
  user: '65532:65532',
  entrypoint: ['/nodejs/bin/node'],
  labels: { 'org.opencontainers.image.version': '1.2.3' },
  created: '2026-01-02T03:04:05Z',
};

describe('an image on a base', () => {
  it("keeps the base's layers, variables and folder, and takes neither its command nor its labels", () => {
    expect(configOn(base, 'arm64', additions)).toEqual({
      architecture: 'arm64',
      os: 'linux',
      created: '2026-01-02T03:04:05Z',
      config: {
        User: '65532:65532',
        Env: ['PATH=/bin'],
        Entrypoint: ['/nodejs/bin/node'],
        WorkingDir: '/home/nonroot',
        Labels: { 'org.opencontainers.image.version': '1.2.3' },
      },
      rootfs: { type: 'layers', diff_ids: ['sha256:0', 'sha256:1'] },
      history: [{ created_by: 'base' }, { created: '2026-01-02T03:04:05Z', created_by: 'COPY dist/ /app/' }],
    });
  });

  it("names the base's layers as OCI does", () => {
    const config = descriptor(mediaTypes.config, 'c');
    expect(manifestOn(base, config, additions, { a: 'b' })).toEqual({
      schemaVersion: 2,
      mediaType: mediaTypes.manifest,
      config,
      layers: [descriptor(mediaTypes.layer, 'a'), descriptor(mediaTypes.layer, 'b')],
      annotations: { a: 'b' },
    });
  });

  it('refuses what is no image', () => {
    expect(() => baseImageOf({ layers: [{ mediaType: 'x', digest: 'sha256:1', size: 1 }] }, {})).toThrow(
      /diff_ids|rootfs/,
    );
  });
});
