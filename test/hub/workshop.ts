import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { kubernetesBinaries } from '../../tools/cluster/artifacts/binaries.ts';
import { cached } from '../../tools/cluster/artifacts/cache.ts';
import { borrowNetwork, runInside } from '../../tools/cluster/artifacts/chroot.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

/**
 * An image that contains the parts of all images of `cases.ts` side by side. Each of those selects its parts by PATH
 * and PYTHONPATH, which only needs configuration. So the slow part is built once.
 */

const conda = '/opt/conda/bin';

/** Commands named jupyterhub-singleuser, each in a folder `/opt/command/NAME`. */
const commands: Readonly<Record<string, string>> = {
  'plain-jupyter':
    'exec jupyter lab --ip=0.0.0.0 --port=8888 --no-browser --ServerApp.base_url="$JUPYTERHUB_SERVICE_PREFIX" --IdentityProvider.token= --ServerApp.password=',
  'other-server': 'exec python -m http.server 8888',
  'loopback-only': `exec ${conda}/jupyterhub-singleuser --ip=127.0.0.1`,
  'other-port': `exec ${conda}/jupyterhub-singleuser --port=9999`,
  'not-executable': `exec ${conda}/jupyterhub-singleuser`,
};

const versions = ['5.2.1', '4.1.6', '3.1.1', '2.3.1', '1.5.1'];
const site = '/opt/conda/lib/python3*/site-packages';

/** Former dependencies of jupyterhub; the base has all others. */
const formerNeeds = 'async_generator jupyter_telemetry python-json-logger entrypoints';

/** The additions to its base. */
const added = ['jupyterhub-*', 'hub-only', 'server-only', 'unreadable', 'wrong-architecture', 'command'];

const steps = [
  `export PATH=${conda}:$PATH`,
  // Versions of jupyterhub that precede the environment's version.
  ...versions.map(
    (version) =>
      `pip install --no-cache-dir --no-deps --target /opt/jupyterhub-${version} jupyterhub==${version} ${formerNeeds}`,
  ),
  'python -m venv /opt/hub-only',
  '/opt/hub-only/bin/pip install --no-cache-dir jupyterhub==5.5.4',
  'pip install --no-cache-dir --target /opt/server-only jupyter_server',
  'mkdir -p /opt/unreadable /opt/wrong-architecture',
  `cp -r ${site}/jupyterhub /opt/unreadable/`,
  'find /opt/unreadable -type f -exec chmod 600 {} +',
  `cp -r ${site}/zmq ${site}/pyzmq.libs /opt/wrong-architecture/`,
  // e_machine of an ELF file says which processor it is for: 0xb7 is AArch64, 0xf3 RISC-V, which no machine here has.
  'for file in $(find /opt/wrong-architecture -name "*.so*"); do printf "\\363\\000" | dd of=$file bs=1 seek=18 conv=notrunc status=none; done',
  ...Object.entries(commands).flatMap(([name, script]) => [
    `mkdir -p /opt/command/${name}`,
    `printf '%s\\n' '#!/bin/sh' '${script}' > /opt/command/${name}/jupyterhub-singleuser`,
    `chmod ${name === 'not-executable' ? '644' : '755'} /opt/command/${name}/jupyterhub-singleuser`,
  ]),
  'ln -s /opt/conda /home/jovyan/env',
  `tar -C / -I "gzip -1" -cf /layer.tar.gz home/jovyan/env $(cd / && ls -d ${added.map((name) => `opt/${name}`).join(' ')})`,
];

/**
 * Puts the image into the registry at this host, on the base that is there. Its layer is made in the base's file system
 * and kept, as long as both stay the same.
 * @returns reference of the image
 */
export async function putWorkshop(registry: string, base: string): Promise<string> {
  const { crane } = await kubernetesBinaries();
  const source = `${registry}/${base}`;
  const digest = await run(crane, ['digest', '--insecure', source]);
  const script = steps.join('\n');
  const folder = await cached('hub-workshop', [digest, script], async (draft) => {
    const root = join(draft, 'root');
    const unpack = 'mkdir "$1" && "$2" export --insecure "$3" - | tar -x -C "$1" --exclude="dev/*"';
    await run('sh', ['-c', unpack, 'sh', root, crane, source]);
    await borrowNetwork(root);
    await runInside(root, 'sh', '-ec', script);
    await rename(join(root, 'layer.tar.gz'), join(draft, 'layer.tar.gz'));
    await rm(root, { recursive: true, force: true });
  });
  const target = `${registry}/imagespec-test/workshop:1`;
  await run(crane, ['append', '--insecure', '-b', source, '-f', join(folder, 'layer.tar.gz'), '-t', target]);
  return target;
}
