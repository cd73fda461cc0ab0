import { once } from 'node:events';
import { connect, createServer, type Server } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import type { ImageSpecSpec, ImageSpecStatus } from '../../src/api/imagespec.generated.ts';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { succeed } from '../integration/kubectl.ts';
import { reconfigure } from '../node/configuration.ts';
import { readImage } from '../node/layers.ts';
import { builtImage, openScene, type Scene } from '../node/scene.ts';

const debian = 'debian:bookworm-slim';

/** What is built in both ways: the steps after FROM, on Debian. */
const steps: Readonly<Record<string, string>> = {
  'new-file': 'RUN echo a > /a && mkdir -p /srv/b/c && echo d > /srv/b/c/d',
  modes:
    'RUN mkdir /s && chmod 2775 /s && echo x > /s/x && chmod 4755 /s/x && mkdir -m 1777 /t && chmod u+s /usr/bin/env',
  owners: 'RUN touch /o /p && chown 1000:100 /o && chown 70000:70001 /p && chown -R 1000 /srv',
  'deleted-file': 'RUN rm /etc/debian_version',
  'deleted-folder': 'RUN rm -rf /usr/share/doc /var/lib/apt',
  'folder-to-file': 'RUN rm -rf /usr/share/doc && echo x > /usr/share/doc',
  'file-to-folder': 'RUN rm /etc/debian_version && mkdir /etc/debian_version && echo x > /etc/debian_version/x',
  'folder-to-link': 'RUN mv /usr/share/doc /usr/share/doc2 && ln -s doc2 /usr/share/doc',
  'link-to-folder': 'RUN rm /etc/os-release && mkdir /etc/os-release && echo x > /etc/os-release/x',
  'hard-links': 'RUN echo x > /h1 && ln /h1 /h2 && ln /h1 /srv/h3',
  'empty-and-sparse': 'RUN : > /empty && truncate -s 10M /sparse',
  'odd-names': `RUN touch "$(printf '/caf\\351')" '/a b' '/ümlaut' && mkdir "/$(head -c 150 /dev/zero | tr '\\0' x)"`,
  fifo: 'RUN mkfifo /fifo',
  'touched-only': 'RUN touch -d 2001-01-01 /etc/passwd /etc',
  'nothing-changed': 'RUN true',
  'again-and-again': 'RUN echo 1 > /x\nRUN rm /x\nRUN echo 2 > /x && rm /etc/issue\nRUN echo 3 > /etc/issue',
  users: 'RUN useradd -m -u 1234 -G mail someone && echo x > /home/someone/x && chown someone:mail /home/someone/x',
  environment:
    'ENV A="b c" B=$PATH\nARG WITH=default\nRUN env | sort > /env && pwd > /pwd && id > /id && umask > /umask',
  'user-and-folder': 'WORKDIR /w/x\nRUN chown 1000 .\nUSER 1000:100\nRUN echo x > x && id > id && echo $HOME > home',
  'user-by-name': 'USER games\nRUN id > /tmp/id',
  shell: 'SHELL ["/bin/bash", "-c"]\nRUN echo "$0 $BASH_VERSION" > /shell',
  metadata:
    'LABEL a=b "c d"="e f"\nEXPOSE 8080/tcp 53/udp\nSTOPSIGNAL SIGINT\nHEALTHCHECK --interval=5s CMD true\nENTRYPOINT ["/bin/env"]\nRUN echo x > /x',
  command: 'CMD ["sleep", "1"]\nRUN echo x > /x',
  'mounted-files': 'RUN echo "1.2.3.4 x" >> /etc/hosts; echo x > /etc/hostname; echo y > /etc/other',
  'run-and-tmp': 'RUN mkdir -p /run/x && echo a > /run/x/y && echo c > /tmp/c',
  "builder's-folders": 'RUN echo x > /kaniko/mine; echo x > /imagespec/mine; echo y > /y',
  'many-files': 'RUN mkdir /many && cd /many && for i in $(seq 1 3000); do echo $i > f$i; done',
  large: 'RUN head -c 100000000 /dev/zero > /large',
};

const settingsSchema = z.object({ registries: z.looseObject({ insecure: z.array(z.string()) }) });

/** The base of the other half: everything in its configuration that builds inherit. */
const oddBase = `FROM ${debian}
SHELL ["/bin/bash", "-o", "pipefail", "-c"]
ENV QUOTED="a \\"b\\" \\$C" SSL_CERT_FILE=/nowhere HTTPS_PROXY=http://nowhere:1 HOME=/srv GODEBUG=x509ignoreCN=0
STOPSIGNAL SIGINT
HEALTHCHECK CMD true
EXPOSE 1
LABEL odd=base
WORKDIR /srv
ENTRYPOINT ["/bin/env"]
CMD ["true"]
RUN mkdir -p /kaniko/.docker && echo mine > /srv/file && ln /srv/file /srv/link && mkdir -m 2770 /srv/group
USER daemon
`;

let mounted: Scene;
let unpacked: Scene;
let crane: string;
let forwarder: Server;
/** A registry that the operator reaches and a node does not: its container runtime expects TLS. */
let unknownToNode: string;
const undo: (() => Promise<void>)[] = [];
const skip = { jupyterHub: { policy: 'Skip' } } as const;

beforeAll(async () => {
  [mounted, unpacked] = await Promise.all([openScene('base-mounted'), openScene('base-unpacked')]);
  ({ crane } = await kubernetesBinaries());
  const { plain } = mounted.cluster.registries;
  const { hostname, port } = new URL(plain.url);
  forwarder = createServer((socket) => {
    const target = connect(Number(port), hostname);
    socket.pipe(target).pipe(socket);
    for (const end of [socket, target]) {
      end.on('error', () => end.destroy());
    }
  });
  const address = mounted.cluster.address.replace(/\.\d+$/, '.1');
  forwarder.listen(0, address);
  await once(forwarder, 'listening');
  const bound = forwarder.address();
  unknownToNode = `${address}:${typeof bound === 'object' && bound !== null ? bound.port : 0}`;
});

afterAll(async () => {
  forwarder.close();
  for (const step of undo.toReversed()) {
    await step();
  }
});

/** ImageSpecs that are built together: what waits for its turn too long counts as lost. */
const together = 6;

/** Builds the same in a namespace, one ImageSpec each, and gives their statuses by name. */
async function buildAll(scene: Scene, specs: Readonly<Record<string, ImageSpecSpec>>) {
  const built = new Map<string, ImageSpecStatus>();
  const open = Object.entries(specs);
  while (open.length > 0) {
    const batch = open.splice(0, together);
    for (const [name, spec] of batch) {
      await scene.apply(name, spec);
    }
    for (const [name] of batch) {
      built.set(name, await scene.settled(name));
    }
  }
  return built;
}

async function withBase(base: string): Promise<void> {
  const { cluster } = mounted;
  const read = [
    '-n',
    'imagespec-operator-system',
    'get',
    'configmap',
    'imagespec-operator',
    '-o',
    'jsonpath={.data.config\\.yaml}',
  ];
  const { registries } = settingsSchema.parse(JSON.parse(await succeed(mounted.kubectl(read))));
  undo.push(
    await reconfigure(cluster, {
      build: { base, concurrencyPerNamespace: 3 },
      registries: { ...registries, insecure: [...registries.insecure, unknownToNode] },
    }),
  );
}

/** An image as the other way must make it: but for times, and for the name of its namespace. */
async function comparable(image: string, namespace: string, under: number) {
  const { config, mediaTypes, layers, from } = await readImage(crane, image);
  const text = JSON.stringify({ config, mediaTypes }).replaceAll(namespace, 'NAMESPACE');
  // The layers of Kaniko differ in their times, so their digests do too.
  const known = JSON.parse(text.replaceAll(/sha256:[0-9a-f]{64}/g, (digest) => digest.slice(0, 7)));
  return { known, below: layers.slice(0, under), paths: await from(under) };
}

describe('the three ways', () => {
  it('make the same images', { timeout: 3_600_000 }, async () => {
    await withBase('Unpacked');
    await unpacked.apply('odd-base', { dockerfile: oddBase, ...skip });
    const odd = builtImage(await unpacked.settled('odd-base'));
    const onOdd = ['environment', 'new-file', 'deleted-file', 'hard-links', 'command', 'metadata', 'user-by-name'];
    const dockerfiles = [
      ...Object.entries(steps).map(([name, text]) => [name, `FROM ${debian}\n${text}\n`] as const),
      ...onOdd.map((name) => [`on-odd-${name}`, `FROM ${odd}\nUSER 0\n${steps[name] ?? ''}\n`] as const),
    ].map(([name, dockerfile]) => [name.replaceAll("'", ''), { dockerfile, ...skip }] as const);
    const specs: Readonly<Record<string, ImageSpecSpec>> = {
      ...Object.fromEntries(dockerfiles),
      'only-variables': { baseImage: debian, env: [{ name: 'A', value: 'b "c" $D' }], ...skip },
      'on-odd-only-variables': { baseImage: odd, env: [{ name: 'PATH', value: '/x:$PATH' }], ...skip },
    };
    const ordinary = await buildAll(unpacked, specs);
    await withBase('Auto');
    const other = await buildAll(mounted, specs);

    const under = {
      debian: (await readImage(crane, await digestOf(debian))).layers.length,
      odd: (await readImage(crane, odd)).layers.length,
    };
    const table: string[] = [];
    for (const name of Object.keys(specs)) {
      const [one, two] = [ordinary.get(name), other.get(name)];
      if (one === undefined || two === undefined) {
        throw new Error(`${name} was not built`);
      }
      expect(one.build?.base).toBe('Unpacked');
      expect(two.build?.base).toBe(name.endsWith('only-variables') ? 'Composed' : 'Mounted');
      const below = name.startsWith('on-odd-') ? under.odd : under.debian;
      const expected = await comparable(builtImage(one), unpacked.namespace, below);
      const found = await comparable(builtImage(two), mounted.namespace, below);
      expect({ name, ...found }).toEqual({ name, ...expected });
      table.push(`${name}: ${two.build?.base}, ${found.paths.map((paths) => paths.length).join(' + ')} paths`);
    }
    console.log(table.join('\n'));
  });
});

async function digestOf(image: string): Promise<string> {
  const status = await mounted.statusOf('new-file');
  const digest = status?.bases?.find((base) => base.image === image)?.digest ?? '';
  return `${mounted.cluster.registries.plain.host}/library/debian@${digest}`;
}

describe('a base that the node cannot pull', () => {
  it('is unpacked immediately, and people learn what the node lacks', async () => {
    await withBase('Auto');
    const dockerfile = `FROM ${unknownToNode}/library/debian:bookworm-slim\nRUN echo fallback > /fallback\n`;
    await mounted.apply('not-pullable', { dockerfile, build: { retries: 0 }, ...skip });
    const status = await mounted.settled('not-pullable');
    builtImage(status);
    expect(status.build).toMatchObject({ attempt: 2, base: 'Unpacked' });
    expect(status.build?.baseReason).toContain('HTTP response to HTTPS client');
    const events = await succeed(mounted.kubectl(['get', 'events', '-o', 'jsonpath={.items[*].reason}']));
    expect(events).toContain('BaseNotMounted');

    await mounted.apply('not-pullable-2', { dockerfile: `${dockerfile}RUN true\n`, ...skip });
    expect((await mounted.settled('not-pullable-2')).build).toMatchObject({ attempt: 1, base: 'Unpacked' });
  });
});
