import type { HubReason } from '../../src/api/reasons/verdictReasons.ts';
import { type AgreementCase, base, entrypoint, onBase, onWorkshop } from './case.ts';

/** Images that a Hub can launch. */
const good: readonly AgreementCase[] = [
  {
    name: 'as-is',
    what: 'the base as it is',
    made: { by: 'spec', spec: { baseImage: base } },
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'packages',
    what: 'a base with packages and variables',
    made: {
      by: 'spec',
      spec: { baseImage: base, packages: { pip: ['toolz'] }, env: [{ name: 'GREETING', value: 'hello' }] },
    },
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'same-major',
    what: 'jupyterhub 5.2.1, an older one of the same major version',
    made: onWorkshop('ENV PYTHONPATH=/opt/jupyterhub-5.2.1'),
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'own-dockerfile',
    what: "a user's Dockerfile that installs something",
    made: onBase('RUN pip install --no-cache-dir toolz'),
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'root-default',
    what: 'root is its default user',
    made: onBase('USER root'),
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'no-entrypoint',
    what: 'no entrypoint',
    made: onBase('ENTRYPOINT []'),
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'shell-entrypoint',
    what: 'a shell script as entrypoint that ends with `exec "$@"`',
    made: onBase(entrypoint('echo starting; exec "$@"')),
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'slow-in-time',
    what: 'takes ten seconds longer to start, which is in time',
    made: onBase(entrypoint('sleep 10; exec "$@"')),
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'no-lab',
    what: 'jupyter_server without JupyterLab or Notebook',
    made: onWorkshop('ENV PATH=/opt/hub-only/bin:$PATH PYTHONPATH=/opt/server-only'),
    works: 'yes',
    verdict: 'LaunchVerified',
  },
  {
    name: 'major-4',
    what: 'jupyterhub 4.1.6',
    made: onWorkshop('ENV PYTHONPATH=/opt/jupyterhub-4.1.6'),
    works: 'yes',
    verdict: 'MajorVersionSkew',
  },
  {
    name: 'major-3',
    what: 'jupyterhub 3.1.1',
    made: onWorkshop('ENV PYTHONPATH=/opt/jupyterhub-3.1.1'),
    works: 'yes',
    verdict: 'MajorVersionSkew',
  },
  {
    name: 'major-2',
    what: 'jupyterhub 2.3.1',
    made: onWorkshop('ENV PYTHONPATH=/opt/jupyterhub-2.3.1'),
    works: 'yes',
    verdict: 'MajorVersionSkew',
  },
  {
    name: 'major-1',
    what: 'jupyterhub 1.5.1',
    made: onWorkshop(
      'ENV PYTHONPATH=/opt/jupyterhub-1.5.1 JUPYTERHUB_SINGLEUSER_APP=jupyter_server.serverapp.ServerApp',
    ),
    works: 'yes',
    verdict: 'MajorVersionSkew',
  },
];

/** Images that a Hub cannot launch, or whose server it does not guard. */
const bad: readonly AgreementCase[] = [
  {
    name: 'no-jupyterhub',
    what: 'no JupyterHub, nor Python',
    made: { by: 'spec', spec: { baseImage: 'debian:bookworm-slim' } },
    works: 'no',
    verdict: 'SingleuserMissing',
  },
  {
    name: 'not-on-path',
    what: 'an environment that is not on PATH',
    made: onBase('ENV PATH=/usr/bin:/bin'),
    works: 'no',
    verdict: 'SingleuserMissing',
  },
  {
    name: 'in-the-home',
    what: 'an environment in the home, which the volume hides',
    made: onWorkshop('ENV PATH=/home/jovyan/env/bin:/usr/bin:/bin'),
    works: 'no',
    verdict: 'SingleuserMissing',
  },
  {
    name: 'not-executable',
    what: 'a command without execute permission',
    made: onWorkshop('ENV PATH=/opt/command/not-executable:/usr/bin:/bin'),
    works: 'no',
    verdict: 'NotRunnableAsNonRoot',
  },
  {
    name: 'unreadable',
    what: 'a package that only root can read',
    made: onWorkshop('ENV PYTHONPATH=/opt/unreadable'),
    works: 'no',
    verdict: 'NotRunnableAsNonRoot',
  },
  {
    name: 'wrong-architecture',
    what: 'a library for another processor',
    made: onWorkshop('ENV PYTHONPATH=/opt/wrong-architecture'),
    works: 'no',
    verdict: 'LaunchFailed',
  },
  {
    name: 'no-server',
    what: 'JupyterHub without any server',
    made: onWorkshop('ENV PATH=/opt/hub-only/bin:$PATH'),
    works: 'no',
    verdict: 'ServerMissing',
  },
  {
    name: 'old-app-name',
    what: 'a variable that asks for the server of Notebook 6, which is not there',
    made: onBase('ENV JUPYTERHUB_SINGLEUSER_APP=notebook.notebookapp.NotebookApp'),
    works: 'no',
    verdict: 'LaunchFailed',
  },
  {
    name: 'home-of-root',
    what: 'a HOME that only root can write',
    made: onBase('ENV HOME=/root'),
    works: 'no',
    verdict: 'HomeNotWritable',
  },
  {
    name: 'swallows-arguments',
    what: 'an entrypoint that ignores its arguments',
    made: onBase(entrypoint('sleep infinity')),
    works: 'no',
    verdict: 'EntrypointBlocksCommand',
  },
  {
    name: 'starts-its-own',
    what: 'an entrypoint in shell form, which starts a Jupyter server of its own',
    made: onBase('ENTRYPOINT exec jupyter lab --ip=0.0.0.0 --port=8888 --no-browser'),
    works: 'no',
    verdict: 'EntrypointBlocksCommand',
  },
  {
    name: 'entrypoint-needs-root',
    what: 'an entrypoint that needs root',
    made: onBase(entrypoint('chown 1000 /opt; exec "$@"')),
    works: 'no',
    verdict: 'NotRunnableAsNonRoot',
  },
  {
    name: 'ends-at-once',
    what: 'a server that ends before it answers',
    made: onBase(entrypoint('"$@" & sleep 0.2; kill -9 $!; exit 3')),
    works: 'no',
    verdict: 'EntrypointBlocksCommand',
  },
  {
    name: 'plain-jupyter',
    what: "a plain Jupyter server under the command's name, open to everybody",
    made: onWorkshop('ENV PATH=/opt/command/plain-jupyter:$PATH'),
    works: 'no',
    verdict: 'NoHubAuth',
  },
  {
    name: 'other-server',
    what: "some other web server under the command's name",
    made: onWorkshop('ENV PATH=/opt/command/other-server:$PATH'),
    works: 'no',
    verdict: 'NoHubAuth',
  },
  {
    name: 'loopback-only',
    what: 'a server that listens on the loopback address only',
    made: onWorkshop('ENV PATH=/opt/command/loopback-only:$PATH'),
    works: 'no',
    verdict: 'LaunchTimeout',
  },
  {
    name: 'other-port',
    what: 'a server that listens on another port',
    made: onWorkshop('ENV PATH=/opt/command/other-port:$PATH'),
    works: 'no',
    verdict: 'LaunchTimeout',
  },
  {
    name: 'too-slow',
    what: 'an entrypoint that takes longer than the Hub waits',
    made: onBase(entrypoint('sleep 600; exec "$@"')),
    works: 'no',
    verdict: 'EntrypointBlocksCommand',
  },
];

/** All of them, the good ones first. */
export const agreementCases: readonly AgreementCase[] = [...good, ...bad];

/**
 * The operator's verdicts on some images for a Hub 4.1.6: those that depend on the version, and one that fails with
 * any.
 */
const olderHubVerdicts: Readonly<Record<string, HubReason>> = {
  'as-is': 'MajorVersionSkew',
  'same-major': 'MajorVersionSkew',
  'major-4': 'LaunchVerified',
  'major-3': 'MajorVersionSkew',
  'major-2': 'MajorVersionSkew',
  'major-1': 'MajorVersionSkew',
  'no-jupyterhub': 'SingleuserMissing',
};

/** Some of the cases, each with the verdict for a Hub 4.1.6. */
export const olderHubCases: readonly AgreementCase[] = agreementCases.flatMap((agreementCase) => {
  const verdict = olderHubVerdicts[agreementCase.name];
  return verdict === undefined ? [] : [{ ...agreementCase, verdict }];
});
