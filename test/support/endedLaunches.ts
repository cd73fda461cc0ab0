import type { ContainerState } from '../../src/build/run.ts';

/** A server of a launch that ended, as it really did: containers of JupyterHub 1.5 to 5.5, paths as in docker-stacks. */
export interface EndedLaunch {
  readonly name: string;
  readonly exitCode: number;
  /** Of the container's state. */
  readonly reason?: string;
  readonly message?: string;
  readonly log: string;
  readonly verdict: string;
  readonly entrypoint: 'suspect' | 'cleared';
  /** What the message tells the user. */
  readonly telling: string;
}

const traceback =
  'Traceback (most recent call last):\n  File "/opt/conda/bin/jupyterhub-singleuser", line 5, in <module>\n    from jupyterhub.singleuser import main\n';

const runtime = (text: string) =>
  `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: ${text}: unknown`;

export const endedLaunches: readonly EndedLaunch[] = [
  {
    name: 'no JupyterHub, and no entrypoint',
    exitCode: 128,
    reason: 'StartError',
    message: runtime('exec: "jupyterhub-singleuser": executable file not found in $PATH'),
    log: '',
    verdict: 'SingleuserMissing',
    entrypoint: 'cleared',
    telling: 'add "jupyterhub==5.*" and "jupyterlab" to packages.pip',
  },
  {
    name: 'an entrypoint that is not there',
    exitCode: 128,
    reason: 'StartError',
    message: runtime('exec: "tini": executable file not found in $PATH'),
    log: '',
    verdict: 'LaunchFailed',
    entrypoint: 'suspect',
    telling: 'the entrypoint of the image, tini, is not in the image',
  },
  {
    name: 'no JupyterHub, tini',
    exitCode: 127,
    reason: 'Error',
    log: '[FATAL tini (6)] exec jupyterhub-singleuser failed: No such file or directory\n',
    verdict: 'SingleuserMissing',
    entrypoint: 'suspect',
    telling: 'packages.pip',
  },
  {
    name: "no JupyterHub, docker-stacks' start.sh",
    exitCode: 127,
    log: 'Entered start.sh with args: jupyterhub-singleuser\nRunning hooks in: /usr/local/bin/start-notebook.d as uid: 1000 gid: 100\nDone running hooks in: /usr/local/bin/before-notebook.d\nExecuting the command: jupyterhub-singleuser\n/usr/local/bin/start.sh: line 272: exec: jupyterhub-singleuser: not found\n',
    verdict: 'SingleuserMissing',
    entrypoint: 'suspect',
    telling: 'packages.pip',
  },
  {
    name: 'no JupyterHub, dash',
    exitCode: 127,
    log: 'sh: 1: exec: jupyterhub-singleuser: not found\n',
    verdict: 'SingleuserMissing',
    entrypoint: 'suspect',
    telling: 'packages.pip',
  },
  {
    name: 'no JupyterHub, bash without exec',
    exitCode: 127,
    log: '/entrypoint.sh: line 3: jupyterhub-singleuser: command not found\n',
    verdict: 'SingleuserMissing',
    entrypoint: 'suspect',
    telling: 'packages.pip',
  },
  {
    name: 'no JupyterHub, env',
    exitCode: 127,
    log: 'env: ‘jupyterhub-singleuser’: No such file or directory\n',
    verdict: 'SingleuserMissing',
    entrypoint: 'suspect',
    telling: 'packages.pip',
  },
  {
    name: 'jupyterhub without a server, 5.5',
    exitCode: 1,
    log: `${traceback}ModuleNotFoundError: No module named 'jupyter_server'\n\nDuring handling of the above exception, another exception occurred:\n\nTraceback (most recent call last):\n  File "/opt/conda/lib/python3.11/site-packages/jupyterhub/singleuser/mixins.py", line 869, in make_singleuser_app\nModuleNotFoundError: No module named 'notebook'\n\nThe above exception was the direct cause of the following exception:\n\n${traceback}ImportError: Failed to import default single-user server. Make sure to install dependencies for your single-user server, e.g.\n    pip install jupyterlab\n`,
    verdict: 'ServerMissing',
    entrypoint: 'cleared',
    telling: 'add "jupyterlab" to packages.pip',
  },
  {
    name: 'jupyterhub without a server, 1.5',
    exitCode: 1,
    log: `${traceback}  File "/opt/conda/lib/python3.9/site-packages/jupyterhub/singleuser/app.py", line 19, in <module>\n    App = import_item(JUPYTERHUB_SINGLEUSER_APP)\nModuleNotFoundError: No module named 'notebook'\n`,
    verdict: 'ServerMissing',
    entrypoint: 'cleared',
    telling: 'add "jupyterlab" to packages.pip',
  },
  {
    name: 'a library for another processor, inside a JupyterHub that says to install JupyterLab',
    exitCode: 1,
    log: `    from . import _zmq\nImportError: /opt/conda/lib/python3.11/site-packages/zmq/backend/cython/_zmq.cpython-311-x86_64-linux-gnu.so: cannot open shared object file: No such file or directory\n\nThe above exception was the direct cause of the following exception:\n\n${traceback}ImportError: Failed to import JupyterHub singleuser extension. Make sure to install dependencies for your single-user server, e.g.\n    pip install jupyterlab\n`,
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: '_zmq.cpython-311-x86_64-linux-gnu.so cannot be loaded',
  },
  {
    name: 'a program for another processor, started by the runtime',
    exitCode: 255,
    log: 'exec /usr/bin/tini: exec format error\n',
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: 'spec.build.platform',
  },
  {
    name: 'a program for another processor, started by bash',
    exitCode: 126,
    log: 'bash: /opt/conda/bin/python: cannot execute binary file: Exec format error\n',
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: 'spec.build.platform',
  },
  {
    name: 'jupyterhub-singleuser is executable for its owner only, tini',
    exitCode: 127,
    log: '[FATAL tini (7)] exec jupyterhub-singleuser failed: Permission denied\n',
    verdict: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    telling: 'chmod -R a+rX',
  },
  {
    name: 'jupyterhub-singleuser is executable for its owner only, bash',
    exitCode: 126,
    log: 'bash: line 1: /opt/conda/bin/jupyterhub-singleuser: Permission denied\nbash: line 1: exec: /opt/conda/bin/jupyterhub-singleuser: cannot execute: Permission denied\n',
    verdict: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    telling: 'chmod -R a+rX',
  },
  {
    name: 'the entrypoint is executable for its owner only',
    exitCode: 128,
    reason: 'StartError',
    message: runtime('exec: "/entrypoint.sh": permission denied'),
    log: '',
    verdict: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    telling: 'or the entrypoint',
  },
  {
    name: 'site-packages that only root may enter',
    exitCode: 1,
    log: `${traceback}ModuleNotFoundError: No module named 'jupyterhub'\n`,
    verdict: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    telling: 'cannot read its Python packages',
  },
  {
    name: 'one package that only root may enter',
    exitCode: 1,
    log: `${traceback}  File "/opt/conda/lib/python3.11/site-packages/jupyterhub/singleuser/mixins.py", line 27, in <module>\n    from tornado import ioloop\nImportError: cannot import name 'ioloop' from 'tornado' (unknown location)\n`,
    verdict: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    telling: 'cannot read its Python packages',
  },
  {
    name: 'files that only root may read',
    exitCode: 1,
    log: '  File "<frozen importlib._bootstrap_external>", line 1130, in get_data\nPermissionError: [Errno 13] Permission denied: \'/opt/conda/lib/python3.11/site-packages/tornado/__init__.py\'\n',
    verdict: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    telling: '/opt/conda/lib/python3.11/site-packages/tornado/__init__.py',
  },
  {
    name: 'an entrypoint that changes owners',
    exitCode: 1,
    log: "chown: changing ownership of '/data': Operation not permitted\n",
    verdict: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    telling: "chown: changing ownership of '/data'",
  },
  {
    name: 'a home that belongs to root',
    exitCode: 1,
    log: '  File "/opt/conda/lib/python3.11/site-packages/jupyter_core/utils/__init__.py", line 27, in ensure_dir_exists\n    Path(path).mkdir(parents=True, mode=mode)\n  File "/usr/lib/python3.11/pathlib.py", line 1117, in mkdir\n    os.mkdir(self, mode)\nPermissionError: [Errno 13] Permission denied: \'/home/jovyan/.local\'\n',
    verdict: 'HomeNotWritable',
    entrypoint: 'cleared',
    telling: '/home/jovyan/.local',
  },
  {
    name: "HOME is another one's",
    exitCode: 1,
    log: "    os.mkdir(self, mode)\nPermissionError: [Errno 13] Permission denied: '/root/.local'\n",
    verdict: 'HomeNotWritable',
    entrypoint: 'cleared',
    telling: 'add the variable HOME with the value /home/jovyan to spec.env',
  },
  {
    name: 'no HOME at all',
    exitCode: 1,
    log: "    os.mkdir(self, mode)\nPermissionError: [Errno 13] Permission denied: '/.local'\n",
    verdict: 'HomeNotWritable',
    entrypoint: 'cleared',
    telling: 'add the variable HOME',
  },
  {
    name: 'a shell cannot write to its home',
    exitCode: 1,
    log: "mkdir: cannot create directory '/home/jovyan/work': Permission denied\n",
    verdict: 'HomeNotWritable',
    entrypoint: 'cleared',
    telling: '/home/jovyan/work',
  },
  {
    name: 'an entrypoint in the home, which is hidden',
    exitCode: 128,
    reason: 'StartError',
    message: runtime('exec: "/home/jovyan/start.sh": stat /home/jovyan/start.sh: no such file or directory'),
    log: '',
    verdict: 'HomeNotWritable',
    entrypoint: 'cleared',
    telling: 'install it outside of /home/jovyan',
  },
  {
    name: 'a file that is needed in the home, which is hidden',
    exitCode: 1,
    log: "FileNotFoundError: [Errno 2] No such file or directory: '/home/jovyan/settings.yaml'\n",
    verdict: 'HomeNotWritable',
    entrypoint: 'cleared',
    telling: 'empty volume over /home/jovyan',
  },
  {
    name: 'an environment whose Python has moved',
    exitCode: 127,
    log: '/usr/local/bin/start.sh: line 272: /opt/env/bin/jupyterhub-singleuser: cannot execute: required file not found\n',
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: 'the Python that jupyterhub-singleuser was installed with is not there',
  },
  {
    name: 'an entrypoint that clears the environment',
    exitCode: 1,
    log: `      File "/opt/conda/lib/python3.11/site-packages/jupyterhub/singleuser/extension.py", line 498, in load_config_file\n        raise KeyError("Missing required environment $JUPYTERHUB_SERVICE_URL")\n    KeyError: 'Missing required environment $JUPYTERHUB_SERVICE_URL'\n`,
    verdict: 'LaunchFailed',
    entrypoint: 'suspect',
    telling: "let the image's entrypoint keep its environment",
  },
  {
    name: 'a port that something else has',
    exitCode: 1,
    log: '[I 2026-11-25 20:13:47.069 ServerApp] The port 8888 is already in use.\n[C 2026-11-25 20:13:47.069 ServerApp] ERROR: the Jupyter server could not be started because port 8888 is not available.\n',
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: 'port 8888 is taken',
  },
  {
    name: 'more memory than it may have',
    exitCode: 137,
    reason: 'OOMKilled',
    log: '[I 2026-11-25 20:06:35.112 ServerApp] jupyter_lsp | extension was successfully linked.\n',
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: 'jupyterHub.probe.resources',
  },
  {
    name: 'an entrypoint that swallows the command',
    exitCode: 0,
    reason: 'Completed',
    log: 'jupyterhub-singleuser\n',
    verdict: 'LaunchFailed',
    entrypoint: 'suspect',
    telling: 'ended with exit code 0 and never ran jupyterhub-singleuser',
  },
  {
    name: 'an entrypoint that needs what is not there',
    exitCode: 127,
    log: '/entrypoint.sh: line 2: module: command not found\n',
    verdict: 'LaunchFailed',
    entrypoint: 'suspect',
    telling: 'exit code 127',
  },
  {
    name: 'a server that ends by itself',
    exitCode: 3,
    log: '[I 2026-11-25 20:14:13.032 JupyterHubSingleUser] Starting jupyterhub single-user server extension version 5.5.4\n[C 2026-11-25 20:14:16.032 ServerApp] the extension has given up\n',
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: 'ended with exit code 3: [C 2026-11-25 20:14:16.032 ServerApp] the extension has given up',
  },
  {
    name: 'the Hub cannot be reached, though it is there',
    exitCode: 1,
    log: '[E 2026-11-25 20:10:26.376 JupyterHubSingleUser] Failed to connect to my Hub at http://127.0.0.1:8081/hub/api (attempt 5/5). Is it running?\n    ConnectionRefusedError: [Errno 111] Connection refused\n',
    verdict: 'LaunchFailed',
    entrypoint: 'cleared',
    telling: 'cannot reach the API of the Hub',
  },
];

/** The state of the server's container. */
export function endedState({ exitCode, reason = 'Error', message = '' }: EndedLaunch): ContainerState {
  return { is: 'terminated', exitCode, reason, message, startedAt: null };
}
