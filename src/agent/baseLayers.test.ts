import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfBytes } from '../oci/digest.ts';
import { baseFault, layersIn, readBaseLayers, readLayersFile } from './baseLayers.ts';

const layer = (digit: string) => `sha256:${digit.repeat(64)}`;
const archive = (digit: string) => `sha256:a${digit.repeat(63)}`;
const base = `registry.example.com/base@${layer('f')}`;

/** Whether an image stands on a base; each layer of the image holds the archive of its own digit, but for `repacked`. */
function stands(digits: readonly string[], image: readonly string[], repacked: Readonly<Record<string, string>> = {}) {
  const layers = digits.map((digit) => ({ digest: layer(digit), diffId: archive(digit) }));
  return baseFault({ is: 'layers', base, layers }, image.map(layer), (digest) =>
    Promise.resolve(archive(repacked[digest.at(-1) ?? ''] ?? digest.at(-1) ?? '')),
  );
}

describe('whether an image stands on its base', () => {
  it.each([
    ['the base and more', ['1', '2'], ['1', '2', '3']],
    ['the base alone', ['1'], ['1']],
    ['a base without layers', [], ['3']],
  ])('stands: %s', async (_, layers, image) => {
    expect(await stands(layers, image)).toBeUndefined();
  });

  it('stands: layers that the builder compressed otherwise, with the same archives', async () => {
    expect(await stands(['1', '2'], ['8', '9', '3'], { '8': '1', '9': '2' })).toBeUndefined();
    expect(await stands(['1', '2'], ['8', '9', '3'], { '8': '1' })).toContain('layer 2 of 2 is sha256:9');
  });

  it.each([
    ['another base', ['1'], ['9', '1'], 'layer 1 of 1 is sha256:9'],
    ['another layer within the base', ['1', '2'], ['1', '9'], 'layer 2 of 2 is sha256:9'],
    ['the layers of the base in another order', ['1', '2'], ['2', '1'], 'layer 1 of 2'],
    ['a part of the base', ['1', '2'], ['1'], 'layer 2 of 2 is missing'],
    ['no layer', ['1'], [], 'layer 1 of 1 is missing'],
  ])('falls: %s', async (_, layers, image, message) => {
    expect(await stands(layers, image)).toContain(`does not stand on its base ${base}: ${message}`);
  });
});

describe('the layers of a manifest', () => {
  it.each([
    ['no JSON', 'x'],
    ['an index', JSON.stringify({ manifests: [] })],
    ['a layer without digest', JSON.stringify({ config: { digest: layer('1') }, layers: [{}] })],
    ['no configuration', JSON.stringify({ layers: [{ digest: layer('1') }] })],
    [
      'more layers than any image has',
      JSON.stringify({
        config: { digest: layer('1') },
        layers: Array.from({ length: 1001 }, () => ({ digest: layer('1') })),
      }),
    ],
  ])('are unknown of %s', (_, text) => {
    expect(layersIn(Buffer.from(text))).toBeUndefined();
  });
});

describe('reading a base', () => {
  let folder: string;
  const configOf = (...archives: readonly string[]) => JSON.stringify({ rootfs: { diff_ids: archives } });
  const manifestOf = (config: string) =>
    JSON.stringify({ config: { digest: digestOfBytes(Buffer.from(config)) }, layers: [{ digest: layer('1') }] });
  const config = configOf(archive('1'));
  const manifest = manifestOf(config);
  const digest = digestOfBytes(Buffer.from(manifest));
  const layers = [{ digest: layer('1'), diffId: archive('1') }];
  const answer = `case "$1" in manifest) printf '%s' '${manifest}';; config) printf '%s' '${config}';; esac`;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'imagespec-base-'));
  });

  afterEach(() => rm(folder, { recursive: true }));

  /** Reads it with a stand-in of crane: this shell script. */
  async function read(script: string, places: readonly string[]) {
    const program = join(folder, 'crane');
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
    return readBaseLayers(places, ['plain.example.com:5000'], { PATH: process.env['PATH'], CRANE: program });
  }

  it('takes the first place that has it', async () => {
    const places = [`mirror.example.com/base@${digest}`, `registry.example.com/base@${digest}`];
    const script = `case "$2" in mirror*) echo "MANIFEST_UNKNOWN: no" >&2; exit 1;; *) ${answer};; esac`;
    expect(await read(script, places)).toEqual({ is: 'layers', base: places[1], layers });
  });

  it('speaks plain HTTP to the named registries alone', async () => {
    const script = `[ "$3" = --insecure ] && exit 1; ${answer}`;
    const places = [`plain.example.com:5000/base@${digest}`, `registry.example.com/base@${digest}`];
    expect(await read(script, places)).toMatchObject({ is: 'layers', base: places[1] });
  });

  it.each([
    ['a failure', 'echo "x509: unknown authority" >&2; exit 1', 'x509: unknown authority'],
    ['another manifest', `printf '%s' '{"layers":[]}'`, 'the registry sent another manifest'],
    ['more than a manifest may have', 'head -c 5000000 /dev/zero', 'more than 4194304 bytes'],
    [
      'another configuration',
      `case "$1" in manifest) printf '%s' '${manifest}';; *) printf '{}';; esac`,
      'the registry sent another config',
    ],
  ])('says what is wrong: %s', async (_, script, message) => {
    const found = await read(script, [`registry.example.com/base@${digest}`]);
    expect(found).toEqual({ is: 'unread', message: expect.stringContaining(message) });
  });

  it.each([
    ['no manifest of an image', '{"manifests":[]}', '', 'it is no manifest of an image'],
    ['a layer too few', manifestOf(configOf()), configOf(), 'have different layers'],
    ['a layer too many', manifestOf(configOf(layer('1'), layer('2'))), configOf(layer('1'), layer('2')), 'different'],
  ])('takes nothing that does not agree: %s', async (_, given, itsConfig, message) => {
    const script = `case "$1" in manifest) printf '%s' '${given}';; *) printf '%s' '${itsConfig}';; esac`;
    const found = await read(script, [`registry.example.com/base@${digestOfBytes(Buffer.from(given))}`]);
    expect(found).toEqual({ is: 'unread', message: expect.stringContaining(message) });
  });

  it('is not done by tag', async () => {
    expect(await read(`printf '%s' '${manifest}'`, ['registry.example.com/base:1'])).toMatchObject({ is: 'unread' });
  });

  it.each([
    ['missing', undefined],
    ['damaged', '{"is":"layers"}'],
  ])('pushes nothing on a file that is %s', async (_, text) => {
    const path = join(folder, 'base-layers.json');
    if (text !== undefined) {
      await writeFile(path, text);
    }
    expect(await readLayersFile(path)).toMatchObject({ is: 'unread' });
  });
});
