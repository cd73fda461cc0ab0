import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { hash } from 'bcryptjs';
import { GenericContainer, type StartedNetwork, Wait } from 'testcontainers';
import { stringify } from 'yaml';
import { eventually } from '../eventually.ts';
import type { Registries } from './cluster.ts';
import { httpGet, httpsGet } from './http.ts';
import { createAuthority } from './pki.ts';

const startSeconds = 30;

const ports = { plain: 5000, secured: 5443 } as const;

/** Cheap on purpose: the password is random and dies with the container. */
const bcryptRounds = 4;

/** Where the files of a registry are inside its container. */
const inside = '/etc/imagespec';

/** Both registries as containers of the Docker engine. */
export interface RegistryContainers {
  readonly registries: Registries;
  stop(): Promise<void>;
}

/**
 * Starts a registry without authentication and one with authentication and TLS. Both are reached under their addresses
 * on the engine's network, which are the same for this machine and for containers.
 *
 * @param image an image whose `registry` program is distribution 2.8 or newer and that has `sh`.
 * @param folder where the authority's certificate is kept.
 */
export async function startRegistryContainers(
  image: string,
  network: StartedNetwork,
  folder: string,
): Promise<RegistryContainers> {
  const plain = await startRegistry(image, network, ports.plain);
  await plain.serve({}, {}, []);
  const secured = await startRegistry(image, network, ports.secured);
  const authority = await createAuthority(folder, 'registry-ca', 'imagespec test registry');
  const certificate = await authority.issue('registry', {
    name: 'registry',
    group: 'imagespec',
    hosts: [secured.address],
  });
  const username = 'imagespec';
  const password = randomBytes(16).toString('hex');
  await secured.serve(
    { tls: { certificate: `${inside}/registry.crt`, key: `${inside}/registry.key` } },
    { auth: { htpasswd: { realm: 'imagespec', path: `${inside}/htpasswd` } } },
    [
      { target: `${inside}/registry.crt`, content: certificate.certificate },
      { target: `${inside}/registry.key`, content: await readFile(certificate.keyFile, 'utf8') },
      { target: `${inside}/htpasswd`, content: `${username}:${await hash(password, bcryptRounds)}\n` },
    ],
  );
  const urls = {
    plain: `http://${plain.address}:${ports.plain}`,
    secured: `https://${secured.address}:${ports.secured}`,
  };
  await eventually('the plain registry answers', startSeconds, async () => (await httpGet(`${urls.plain}/v2/`)).status);
  await eventually('the secured registry answers', startSeconds, async () => {
    return (await httpsGet(`${urls.secured}/v2/`, { ca: authority.certificate })).status;
  });
  return {
    registries: {
      plain: { host: `${plain.address}:${ports.plain}`, url: urls.plain },
      secured: {
        host: `${secured.address}:${ports.secured}`,
        url: urls.secured,
        ca: authority.file,
        username,
        password,
      },
    },
    async stop() {
      await Promise.all([plain.stop(), secured.stop()]);
    },
  };
}

/** A container that waits for its configuration: a certificate needs the address, which is known once it runs. */
async function startRegistry(image: string, network: StartedNetwork, port: number) {
  const configuration = `${inside}/config.yml`;
  const container = await new GenericContainer(image)
    .withNetwork(network)
    .withEntrypoint(['sh', '-c'])
    .withCommand([
      `echo waiting; until [ -s ${configuration} ]; do sleep 0.1; done; exec registry serve ${configuration}`,
    ])
    .withExposedPorts(port)
    .withWaitStrategy(Wait.forLogMessage('waiting'))
    .start();
  const address = container.getIpAddress(network.getName());
  return {
    address,
    async serve(http: object, rest: object, files: readonly { readonly target: string; readonly content: string }[]) {
      const content = stringify({
        version: '0.1',
        log: { level: 'warn' },
        storage: { filesystem: { rootdirectory: '/var/lib/registry' }, delete: { enabled: true } },
        http: { addr: `0.0.0.0:${port}`, ...http },
        ...rest,
      });
      await container.copyContentToContainer([...files]);
      await container.copyContentToContainer([{ target: configuration, content }]);
    },
    async stop() {
      await container.stop();
    },
  };
}
