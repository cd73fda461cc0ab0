import { spawnSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { crdTool } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

const root = join(import.meta.dirname, '..', '..');
const crd = 'crds/imagespec.dev_imagespecs.yaml';

/** The newest release that this commit descends from; empty when there is none, or no Git repository. */
const release = (await run('git', ['describe', '--tags', '--abbrev=0'], { cwd: root }).catch(() => '')).trim();
const against = release === '' ? 'the last release (there is none yet: nothing to compare with)' : release;

it.skipIf(release === '')(
  `breaks nothing that ${against} had, by crdify`,
  async () => {
    const crdify = await crdTool('crdify');
    const folder = await mkdtemp(join(tmpdir(), 'imagespec-crdify-'));
    const released = join(folder, 'released.yaml');
    await writeFile(released, await run('git', ['show', `${release}:${crd}`], { cwd: root }));
    const { status, stdout } = spawnSync(crdify, [`file://${released}`, `file://${join(root, crd)}`], {
      encoding: 'utf8',
    });
    await rm(folder, { recursive: true });
    const broken = stdout.split('\n').filter((line) => line.includes(' ERROR '));
    expect({ status, broken }).toEqual({ status: 0, broken: [] });
  },
  900_000,
);
