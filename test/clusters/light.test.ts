import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from 'vitest';
import type { Cluster } from '../../tools/cluster/cluster.ts';
import { startLight } from '../../tools/cluster/start.ts';
import { claimFolder, readRecord } from '../../tools/cluster/state.ts';
import { startSupervised } from '../../tools/cluster/supervision/supervised.ts';
import { eventually } from '../../tools/eventually.ts';
import { hold, killProcessNaming, processesNaming } from './support.ts';

const run = promisify(execFile);
const started: Cluster[] = [];

async function light(label: string) {
  const cluster = await startLight(label);
  started.push(cluster);
  return cluster;
}

afterEach(async () => {
  await Promise.all(started.splice(0).map((cluster) => cluster.stop()));
});

describe('a light cluster', { timeout: 240_000 }, () => {
  it('serves, and its controllers make the Pods of a Job', async () => {
    const { kubectl } = await light('serves');
    await run(kubectl, ['create', 'job', 'hello', '--image=busybox']);
    await run(kubectl, ['wait', '--for=create', 'pod', '--selector=job-name=hello', '--timeout=60s']);
    const { stdout } = await run(kubectl, ['get', 'pods', '-o', 'jsonpath={.items[*].status.phase}']);
    expect(stdout).toBe('Pending');
  });

  it('stands beside another one', async () => {
    const [one, two] = await Promise.all([light('one'), light('two')]);
    await run(one.kubectl, ['create', 'namespace', 'only-in-one']);
    const { stdout } = await run(two.kubectl, ['get', 'namespaces', '-o', 'name']);
    expect(stdout).toContain('namespace/default');
    expect(stdout).not.toContain('only-in-one');
  });

  it('leaves no process and no file behind', async () => {
    const cluster = await light('gone');
    expect(await processesNaming(cluster.folder)).not.toEqual([]);
    await cluster.stop();
    expect(await processesNaming(cluster.folder)).toEqual([]);
    expect(existsSync(cluster.folder)).toBe(false);
  });

  it('goes away with the process that started it, also by SIGKILL', async () => {
    const { parent, folder } = await hold('light', 'orphan');
    expect(await processesNaming(folder)).not.toEqual([]);
    parent.kill('SIGKILL');
    await eventually('everything is gone', 60, async () =>
      (await processesNaming(folder)).length === 0 && !existsSync(folder) ? true : undefined,
    );
  });

  it('is taken down as a whole when a component dies, and keeps why', async () => {
    const cluster = await light('broken');
    await killProcessNaming(`etcd --data-dir=${cluster.folder}`);
    const failed = await eventually('the failure is recorded', 60, async () => {
      const record = await readRecord(cluster.folder);
      return record?.is === 'failed' ? record : undefined;
    });
    expect(failed.message).toMatch(/^etcd was ended by SIGKILL\. The end of .*etcd\.log:/);
    expect(await processesNaming(`${cluster.folder}/`)).toEqual([]);
  });

  it('that cannot start says which component is in the way, with its last log lines', async () => {
    const tools = await mkdtemp(join(tmpdir(), 'imagespec-broken-'));
    const broken = join(tools, 'kubernetes');
    // Only one component ends, so that no other can be the first that did.
    const script = [
      '#!/bin/sh',
      '[ "$1" = etcd ] || exec sleep 600',
      'echo "the data folder is on fire"',
      'exit 7',
      '',
    ];
    await writeFile(broken, script.join('\n'));
    await chmod(broken, 0o755);
    const folder = await claimFolder('broken');
    const starting = startSupervised('light cluster that cannot start', 'broken', {
      provider: 'light',
      folder,
      lifetime: 'process',
      kubernetes: broken,
      controlPlane: { is: 'complete' },
    });
    await expect(starting).rejects.toThrow(/^etcd ended with exit code 7[^]*the data folder is on fire/);
    expect(await processesNaming(folder)).toEqual([]);
    await Promise.all([rm(tools, { recursive: true }), rm(folder, { recursive: true })]);
  });
});
