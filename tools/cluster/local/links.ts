import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { run } from '../artifacts/run.ts';
import type { Slot } from './slot.ts';

/** The machine's network interfaces, through `ip`. */
export interface Links {
  names(): Promise<readonly string[]>;
  /** The MTU of the interface that leads out; Ethernet's where there is no way out. */
  uplinkMtu(): Promise<number>;
  /** Makes the veth pair between this machine and the network namespace of process `pid`, and the routes into it. */
  connect(slot: Slot, pid: number, mtu: number): Promise<void>;
  /** Removes an interface, if it is there. */
  remove(name: string): Promise<void>;
}

const ethernetMtu = 1500;

const links = z.array(z.object({ ifname: z.string() }));
const routes = z.array(z.object({ dev: z.string() }));

/** @param env environment in which `ip` is found; there may be none on the machine. */
export function linksWith(env: NodeJS.ProcessEnv): Links {
  const ip = (...args: readonly string[]) => run('ip', args, { env });

  async function names(): Promise<readonly string[]> {
    return links.parse(JSON.parse(await ip('-json', 'link', 'show'))).map(({ ifname }) => ifname);
  }

  async function uplinkMtu(): Promise<number> {
    // No route at all is no JSON at all.
    const answer = await ip('-json', 'route', 'show', 'default');
    const [route] = answer.trim() === '' ? [] : routes.parse(JSON.parse(answer));
    if (route === undefined) return ethernetMtu;
    return Number(await readFile(`/sys/class/net/${route.dev}/mtu`, 'utf8'));
  }

  async function connect({ name, link, podRange, serviceRange }: Slot, pid: number, mtu: number): Promise<void> {
    const inside = (...args: readonly string[]) =>
      run('nsenter', [`--net=/proc/${pid}/ns/net`, 'ip', ...args], { env });
    await ip('link', 'add', name, 'type', 'veth', 'peer', 'name', 'eth0', 'netns', String(pid));
    await ip('address', 'add', `${link.host}/${link.prefix}`, 'dev', name);
    await ip('link', 'set', name, 'mtu', String(mtu), 'up');
    await inside('link', 'set', 'lo', 'up');
    await inside('address', 'add', `${link.node}/${link.prefix}`, 'dev', 'eth0');
    await inside('link', 'set', 'eth0', 'mtu', String(mtu), 'up');
    await inside('route', 'add', 'default', 'via', link.host);
    // Pods and Services are reachable from this machine too; the routes go away with the interface.
    await ip('route', 'add', podRange, 'via', link.node);
    await ip('route', 'add', serviceRange, 'via', link.node);
  }

  async function remove(name: string): Promise<void> {
    if (!(await names()).includes(name)) return;
    // The kernel removes it by itself, some time after the last process of its other end's namespace.
    await ip('link', 'delete', name).catch(async (error: unknown) => {
      if ((await names()).includes(name)) throw error;
    });
  }

  return { names, uplinkMtu, connect, remove };
}
