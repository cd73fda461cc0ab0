import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { debianTools } from '../../tools/cluster/artifacts/debian.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

/**
 * Takes and gives back slots on a machine of its own: a network namespace has its own ip_forward and nftables. Without the
 * cgroup mounts, the nodes that run here are out of reach.
 */
async function onOwnMachine(script: string): Promise<unknown> {
  const { env } = await debianTools();
  const module = `
    import { readFile, writeFile } from 'node:fs/promises';
    import { run } from './artifacts/run.ts';
    import { takeSlot, releaseDeadSlots } from './local/host-network.ts';
    import { ownIdentity } from './state.ts';
    const env = process.env;
    const forwarding = async () => (await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8')).trim();
    // A new namespace has it as the machine has it now.
    const forward = (value) => writeFile('/proc/sys/net/ipv4/ip_forward', value);
    const tables = async () => (await run('nft', ['list', 'tables'])).trim();
    const dead = { pid: process.pid, startTime: '1' };
    ${script}`;
  const shell = 'umount -R -l /sys/fs/cgroup && exec "$0" --input-type=module --eval "$1"';
  const output = await run('unshare', ['--net', '--mount', 'sh', '-c', shell, process.execPath, module], {
    cwd: fileURLToPath(new URL('../../tools/cluster', import.meta.url)),
    env,
  });
  return JSON.parse(output);
}

describe.skipIf(process.getuid?.() !== 0)('what a node changes on the machine', () => {
  it('ip_forward is on while any node is up, and as before after the last', async () => {
    expect(
      await onOwnMachine(`
        await forward('0');
        const seen = [await forwarding()];
        const one = await takeSlot(ownIdentity(), env);
        seen.push(await forwarding());
        const two = await takeSlot(ownIdentity(), env);
        await one.release();
        seen.push(await forwarding());
        await two.release();
        seen.push(await forwarding());
        console.log(JSON.stringify({ seen, slots: [one.slot.name, two.slot.name], tables: await tables() }));`),
    ).toEqual({ seen: ['0', '1', '1', '0'], slots: ['imagespec0', 'imagespec1'], tables: '' });
  });

  it('ip_forward stays on where it was on before', async () => {
    expect(
      await onOwnMachine(`
        await forward('1');
        const one = await takeSlot(ownIdentity(), env);
        await one.release();
        console.log(JSON.stringify(await forwarding()));`),
    ).toBe('1');
  });

  it('what a killed supervisor left is removed by whoever comes next, and what is in use stays', async () => {
    expect(
      await onOwnMachine(`
        await takeSlot(ownIdentity(), env);
        await takeSlot(dead, env);
        await releaseDeadSlots(env);
        console.log(JSON.stringify({ tables: await tables(), forwarding: await forwarding() }));`),
    ).toEqual({ tables: 'table ip imagespec0', forwarding: '1' });
  });

  it('two that start at the same time take different slots', async () => {
    expect(
      await onOwnMachine(`
        const taken = await Promise.all([1, 2, 3].map(() => takeSlot(ownIdentity(), env)));
        console.log(JSON.stringify(taken.map(({ slot }) => slot.name).toSorted()));`),
    ).toEqual(['imagespec0', 'imagespec1', 'imagespec2']);
  });
});
