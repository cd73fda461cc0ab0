import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { digestOfBytes } from '../oci/digest.ts';
import { baseFault, layersIn, readBaseLayers, readLayersFile } from './baseLayers.ts';

const layer = (digit: string) => `sha256:${digit.repeat(64)}`;
const base = `registry.example.com/base@${layer('f')}`;
const stands = (layers: readonly string[], image: readonly string[]) =>
  baseFault({ is: 'layers', base, layers }, image);

describe('whether an image stands on its base', () => {
  it.each([
    ['the base and more', [layer('1'), layer('2')], [layer('1'), layer('2'), layer('3')]],
    ['the base alone', [layer('1')], [layer('1')]],
    ['a base without layers', [], [layer('3')]],
  ])('stands: %s', (_, layers, image) => {
    expect(stands(layers, image)).toBeUndefined();
  });

  it.each([
    ['another base', [layer('1')], [layer('9'), layer('1')], 'layer 1 of 1 is sha256:9'],
    ['another layer within the base', [layer('1'), layer('2')], [layer('1'), layer('9')], 'layer 2 of 2 is sha256:9'],
    ['the layers of the base in another order', [layer('1'), layer('2')], [layer('2'), layer('1')], 'layer 1 of 2'],
    ['a part of the base', [layer('1'), layer('2')], [layer('1')], 'layer 2 of 2 is missing'],
    ['no layer', [layer('1')], [], 'layer 1 of 1 is missing'],
  ])('falls: %s', (_, layers, image, message) => {
    expect(stands(layers, image)).toContain(`does not stand on its base ${base}: ${message}`);
  });
});

describe('the layers of a manifest', () => {
  it.each([
    ['no JSON', 'x'],
    ['an index', JSON.stringify({ manifests: [] })],
    ['a layer without digest', JSON.stringify({ layers: [{}] })],
    [
      'more layers than any image has',
      JSON.stringify({ layers: Array.from({ length: 1001 }, () => ({ digest: layer('1') })) }),
    ],
  ])('are unknown of %s', (_, text) => {
    expect(layersIn(Buffer.from(text))).toBeUndefined();
  });
});

describe('reading a base', () => {
  let folder: string;
  const manifest = JSON.stringify({ layers: [{ digest: layer('1') }] });
  const digest = digestOfBytes(Buffer.from(manifest));

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
    const script = `case "$2" in mirror*) echo "MANIFEST_UNKNOWN: no" >&2; exit 1;; *) printf '%s' '${manifest}';; esac`;
    expect(await read(script, places)).toEqual({ is: 'layers', base: places[1], layers: [layer('1')] });
  });

  it('speaks plain HTTP to the named registries alone', async () => {
    const script = `[ "$3" = --insecure ] && exit 1; printf '%s' '${manifest}'`;
    const places = [`plain.example.com:5000/base@${digest}`, `registry.example.com/base@${digest}`];
    expect(await read(script, places)).toMatchObject({ is: 'layers', base: places[1] });
  });

  it.each([
    ['a failure', 'echo "x509: unknown authority" >&2; exit 1', 'x509: unknown authority'],
    ['another manifest', `printf '%s' '{"layers":[]}'`, 'the registry sent another manifest'],
    ['more than a manifest may have', 'head -c 5000000 /dev/zero', 'more than 4194304 bytes'],
  ])('says what is wrong: %s', async (_, script, message) => {
    const answer = await read(script, [`registry.example.com/base@${digest}`]);
    expect(answer).toEqual({ is: 'unread', message: expect.stringContaining(message) });
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
