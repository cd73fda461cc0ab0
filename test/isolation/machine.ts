/**
 * A machine of its own, for `network.ts`: Pods and the world around them as network namespaces behind one router, whose
 * packets are judged by kube-network-policies' controller. It reads a `Plan` from its input and prints the answers. It runs in
 * namespaces of its own (`unshare`), so that nothing of it outlives it.
 */
import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import process from 'node:process';
import { text } from 'node:stream/consumers';
import { run } from '../../tools/cluster/artifacts/run.ts';
import { until } from '../../tools/eventually.ts';
import type { Answers, Plan } from './network.ts';

const plan: Plan = JSON.parse(await text(process.stdin));

/** Listens in the namespace of a Pod or the world, and says so. A reply by UDP comes from the address of the request. */
const listener = (ports: readonly number[], addresses: readonly string[]) => `
  const { createServer } = require('node:net');
  const { createSocket } = require('node:dgram');
  let open = 0;
  const said = () => { open += 1; if (open === ${ports.length + addresses.length}) console.log('open'); };
  for (const port of ${JSON.stringify(ports)}) createServer((socket) => socket.end('hello')).listen(port, '::', said);
  for (const address of ${JSON.stringify(addresses)}) {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    socket.on('message', (_, peer) => socket.send('hello', peer.port, peer.address));
    socket.bind(53, address, said);
  }`;

/** Tries every target at the same time; a packet that is dropped gets no answer at all. */
const client = (targets: Plan['attempts'][string]) => `
  const { connect } = require('node:net');
  const { createSocket } = require('node:dgram');
  const patience = 3000;
  const tcp = ({ address, port }) => new Promise((resolve) => {
    const socket = connect({ host: address, port, timeout: patience });
    socket.on('data', () => { resolve('open'); socket.destroy(); });
    socket.on('timeout', () => { resolve('closed'); socket.destroy(); });
    socket.on('error', (error) => resolve(error.code));
  });
  const udp = ({ address, port }) => new Promise((resolve) => {
    const socket = createSocket(address.includes(':') ? 'udp6' : 'udp4');
    const done = (answer) => { resolve(answer); socket.close(); clearTimeout(timer); };
    const timer = setTimeout(() => done('closed'), patience);
    socket.on('message', () => done('open'));
    socket.send('hello', port, address);
  });
  Promise.all(${JSON.stringify(targets)}.map(async (target) =>
    [target.protocol + ' ' + target.address + ' ' + target.port, await (target.protocol === 'UDP' ? udp : tcp)(target)],
  )).then((answers) => console.log(JSON.stringify(Object.fromEntries(answers))));`;

async function ip(command: string): Promise<void> {
  await run('ip', command.split(' '));
}

/** A network namespace with these addresses, reached over a link of its own. */
async function place(name: string, index: number, addresses: readonly string[]): Promise<void> {
  const link = `link${index}`;
  await ip(`netns add ${name}`);
  await ip(`link add ${link} type veth peer name eth0 netns ${name}`);
  await ip(`address add 10.200.${index}.1/30 dev ${link}`);
  await ip(`address add fd42:${index}::1/64 dev ${link} nodad`);
  await ip(`link set ${link} up`);
  await ip(`-n ${name} link set lo up`);
  await ip(`-n ${name} address add 10.200.${index}.2/30 dev eth0`);
  await ip(`-n ${name} address add fd42:${index}::2/64 dev eth0 nodad`);
  await ip(`-n ${name} link set eth0 up`);
  // The first address of each family is the one that its own packets carry.
  const source = (family: 4 | 6) => addresses.find((address) => address.includes(':') === (family === 6)) ?? '';
  for (const address of addresses) {
    const isSix = address.includes(':');
    await ip(`-n ${name} address add ${address}/${isSix ? '128 nodad' : '32'} dev lo`);
    await ip(`route add ${address}/${isSix ? '128' : '32'} via ${isSix ? `fd42:${index}::2` : `10.200.${index}.2`}`);
  }
  await ip(`-n ${name} route add default via 10.200.${index}.1 src ${source(4)}`);
  await ip(`-n ${name} -6 route add default via fd42:${index}::1 src ${source(6)}`);
}

async function listen(name: string, addresses: readonly string[]): Promise<void> {
  const child = spawn('ip', ['netns', 'exec', name, process.execPath, '--eval', listener(plan.ports, addresses)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
}

async function attempts(): Promise<Answers> {
  const answers = await Promise.all(
    Object.entries(plan.attempts).map(async ([name, targets]) => {
      const printed = await run('ip', ['netns', 'exec', name, process.execPath, '--eval', client(targets)]);
      return [name, JSON.parse(printed)] as const;
    }),
  );
  return Object.fromEntries(answers);
}

/** The answers once every attempt succeeds, else the last ones: neighbours find each other only after a moment. */
async function attemptsOnceOpen(): Promise<Answers> {
  let answers = await attempts();
  const isOpen = () =>
    Object.values(answers).every((tried) => Object.values(tried).every((answer) => answer === 'open'));
  for (let again = 0; again < 10 && !isOpen(); again += 1) {
    answers = await attempts();
  }
  return answers;
}

await run('mount', ['-t', 'tmpfs', 'none', '/run']);
await writeFile('/proc/sys/net/ipv4/ip_forward', '1');
await writeFile('/proc/sys/net/ipv6/conf/all/forwarding', '1');
await ip('link set lo up');
for (const [index, [name, addresses]] of Object.entries(plan.places).entries()) {
  await place(name, index, addresses);
  await listen(name, addresses);
}
const before = await attemptsOnceOpen();

// The controller's own rules need nft_queue, which not every kernel has; the target of iptables is the same queue.
for (const program of ['iptables-nft', 'ip6tables-nft']) {
  await run(program, '-A FORWARD -m conntrack --ctstate NEW -j NFQUEUE --queue-num 100'.split(' '));
}
const controller = spawn(plan.controller, [], { stdio: ['pipe', 'ignore', 'inherit'] });
controller.stdin.end(JSON.stringify({ items: plan.objects }));
await until('the controller judges packets', async () =>
  /^\s*100 /m.test(await readFile('/proc/net/netfilter/nfnetlink_queue', 'utf8')),
);
console.log(JSON.stringify({ before, after: await attempts() }));
process.exit(0);
