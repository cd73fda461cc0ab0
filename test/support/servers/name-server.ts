import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { decode, encode } from 'dns-packet';
import type { LocalCluster } from '../../../tools/cluster/cluster.ts';

/**
 * Has the Pods of a node find these names at this machine's end of the node's link; all other queries go to the name
 * server that the node had. Pods that start later see it.
 * @returns undoes it
 */
export async function answerNames(
  { folder }: LocalCluster,
  address: string,
  names: readonly string[],
): Promise<() => Promise<void>> {
  // The node's /etc/resolv.conf is this very file: it is written, never replaced.
  const file = join(folder, 'resolv.conf');
  const before = await readFile(file, 'utf8');
  const upstream = /^nameserver\s+(\S+)/m.exec(before)?.[1] ?? '127.0.0.1';
  const socket = createSocket('udp4');
  socket.on('message', (message, { port, address: asker }) => {
    const packet = decode(message);
    const question = packet.questions?.[0];
    if (question === undefined || !names.includes(question.name.toLowerCase())) {
      const relay = createSocket(upstream.includes(':') ? 'udp6' : 'udp4');
      relay.once('message', (answer) => {
        socket.send(answer, port, asker);
        relay.close();
      });
      relay.send(message, 53, upstream);
      return;
    }
    const answers = question.type === 'A' ? [{ type: 'A', name: question.name, ttl: 5, data: address } as const] : [];
    const flags = 0x0400 | 0x0100;
    socket.send(
      encode({
        type: 'response',
        ...(packet.id === undefined ? {} : { id: packet.id }),
        flags,
        questions: [question],
        answers,
      }),
      port,
      asker,
    );
  });
  socket.bind(53, address);
  await once(socket, 'listening');
  await writeFile(file, before.replaceAll(/^nameserver\s.*$/gm, `nameserver ${address}`));
  return async () => {
    await writeFile(file, before);
    socket.close();
  };
}
