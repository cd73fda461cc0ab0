import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { until } from '../../tools/eventually.ts';
import { followConfig, loadConfig } from './load.ts';

const least = 'images: {operator: "registry.example.com/operator:1"}';
let folder: string;
let path: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'imagespec-config-'));
  path = join(folder, 'config.yaml');
});

afterEach(() => rm(folder, { recursive: true, force: true }));

/** As the kubelet changes a volume: one name for the old file, then for the new one. */
async function write(text: string): Promise<void> {
  await writeFile(join(folder, 'next'), text);
  await rename(join(folder, 'next'), path);
}

describe('caBundle', () => {
  const withBundle = (text: string) => `${least}\ncaBundle: ${JSON.stringify(text)}`;
  const [one = '', two = ''] = rootCertificates;

  it('may hold several certificates, with words between them', async () => {
    await write(withBundle(`# ours\n${one}\n# theirs\n${two}\n`));
    expect(await loadConfig(path)).toMatchObject({ ok: true });
  });

  it.each([
    ['no certificate', 'hello', 'there is no PEM certificate'],
    ['a broken one', `${one}\n${two.replace(/\n.{4}/, '\n!!!!')}`, 'certificate 2 of 2 cannot be read'],
  ])('is refused with %s', async (_, text, words) => {
    await write(withBundle(text));
    expect(await loadConfig(path)).toMatchObject({ ok: false, failure: expect.stringContaining(`caBundle: `) });
    expect(await loadConfig(path)).toMatchObject({ failure: expect.stringContaining(words) });
  });
});

describe('followConfig', () => {
  let stop: AbortController;
  let ended: Promise<void>;
  let taken: string[];
  let refused: string[];

  beforeEach(async () => {
    await write(least);
    stop = new AbortController();
    [taken, refused] = [[], []];
    ended = followConfig(
      path,
      1,
      {
        changed: (config) => {
          taken.push(config.logLevel);
          return Promise.resolve();
        },
        refused: (failure) => refused.push(failure),
      },
      stop.signal,
    );
    await looked();
  });

  afterEach(() => {
    stop.abort();
    return ended;
  });

  /** The file has been read again: a text of its own is refused. */
  async function looked(): Promise<void> {
    await write('looked: yes');
    await until('the file is read', () => refused.length > 0);
    refused.length = 0;
  }

  it('hands on a changed configuration once', async () => {
    await write(`${least}\nlogLevel: warn`);
    await until('it is taken', () => taken.length > 0);
    await looked();
    expect(taken).toEqual(['warn']);
  });

  it('reports one that is not accepted once, with its line, and takes the next one', async () => {
    await write(`${least}\nlogLevel: loud`);
    await until('it is refused', () => refused.length > 0);
    await write(`${least}\nlogLevel: debug`);
    await until('it is taken', () => taken.length > 0);
    expect(refused).toEqual([expect.stringMatching(/config\.yaml: line 2: logLevel: /)]);
    expect(taken).toEqual(['debug']);
  });

  it('reports a file that is gone, and takes it when it is back', async () => {
    await rm(path);
    await until('it is missed', () => refused.length > 0);
    expect(refused).toEqual([expect.stringContaining('ENOENT')]);
    await write(least);
    await until('it is back', () => taken.length > 0);
  });
});
