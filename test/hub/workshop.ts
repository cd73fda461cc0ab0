/**
 * An image that holds, side by side, what the images of `cases.ts` are made of: each of those chooses by PATH and
 * PYTHONPATH, which is no more than an entry of its configuration. So the slow part is built once.
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

const majors = ['4.1.6', '3.1.1', '2.3.1', '1.5.1'];

/** What jupyterhub needed once and does not any more; all else is in the base. */
const formerNeeds = 'async_generator jupyter_telemetry python-json-logger entrypoints';

function steps(): readonly string[] {
  const site = '/opt/conda/lib/python3*/site-packages';
  return [
    'set -e',
    // Versions of jupyterhub that stand before the environment's own.
    ...majors.map(
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
    // e_machine of an ELF file says which processor it is for: 0xb7 is AArch64, 0xf3 RISC-V, which nobody has here.
    'for file in $(find /opt/wrong-architecture -name "*.so*"); do printf "\\363\\000" | dd of=$file bs=1 seek=18 conv=notrunc status=none; done',
    ...Object.entries(commands).flatMap(([name, script]) => [
      `mkdir -p /opt/command/${name}`,
      `printf '%s\\n' '#!/bin/sh' '${script}' > /opt/command/${name}/jupyterhub-singleuser`,
      `chmod ${name === 'not-executable' ? '644' : '755'} /opt/command/${name}/jupyterhub-singleuser`,
    ]),
    'ln -s /opt/conda /home/jovyan/env',
  ];
}

/** Its Dockerfile. */
export function workshop(base: string): string {
  return ['FROM ' + base, 'USER root', `RUN ${steps().join(' && \\\n    ')}`, 'USER 1000', ''].join('\n');
}
