import type { HubReasonOf } from '../api/verdictReasons.ts';
import type { HubSettings } from '../imagespec/effective.ts';
import { shortened } from '../text/cut.ts';
import { about, type EndedServer, homeNotWritable, inText, line, type Sign } from './endedServer.ts';
import { requirementFor } from './verdict.ts';

/** Why an image cannot be launched. */
export interface LaunchFailure {
  readonly reason: HubReasonOf<'False'>;
  /** One sentence: what happened, and what to do. */
  readonly message: string;
  /**
   * - suspect: the image's entrypoint may be at fault, which a launch without it can tell
   * - cleared: the Hub's command was run, so the entrypoint did its part
   */
  readonly entrypoint: 'suspect' | 'cleared';
}

/** A kind of failure by what the server left; the first row that matches is the one. */
interface Row {
  /** What it is called in the tests. */
  readonly id: string;
  readonly match: Sign;
  readonly reason: HubReasonOf<'False'>;
  readonly entrypoint: LaunchFailure['entrypoint'];
  /** `what` is what `match` found. */
  readonly message: (what: string, hub: HubSettings, server: EndedServer) => string;
}

const serverToInstall = (hub: HubSettings) => `${requirementFor(hub.hubVersion)} and "jupyterlab"`;

/** Every kind of failure that a server leaves a sign of, most telling first (facts: real logs, see the tests). */
const rows: readonly Row[] = [
  {
    id: 'memory',
    match: ({ reason }) => (reason === 'OOMKilled' ? reason : null),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: () =>
      'the server used more memory than launched images may have: make it smaller, or have the administrator raise jupyterHub.probe.resources',
  },
  {
    id: 'architecture',
    match: inText(/exec format error|cannot execute binary file/i),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: () =>
      "a program of the image is made for another kind of processor than the node's: set spec.build.platform to that of the nodes",
  },
  {
    id: 'startedFromHome',
    match: about(String.raw`exec:? "?(HOME/[^\s":]+)"?:? .*no such file or directory`),
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: (what, { homePath }) =>
      `${what} is in the home, where the Hub mounts an empty volume: install it outside of ${homePath}`,
  },
  {
    id: 'interpreterMissing',
    match: about(String.raw`PROGRAM: (?:cannot execute: required file not found|.*bad interpreter: .*)`),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: (_, hub) =>
      `the Python that ${hub.args[0] ?? ''} was installed with is not there: install ${serverToInstall(hub)} into the environment that the image has`,
  },
  {
    id: 'missingForTheRuntime',
    // The runtime itself looks for it: the image has no entrypoint that could be at fault.
    match: about(String.raw`exec: "PROGRAM": (?:executable file not found|stat .*no such file)`),
    reason: 'SingleuserMissing',
    entrypoint: 'cleared',
    message: missingMessage,
  },
  {
    id: 'entrypointMissing',
    match: inText(/exec: "([^"\n]{1,300})": (?:executable file not found|stat .*no such file)/),
    reason: 'LaunchFailed',
    entrypoint: 'suspect',
    message: (what) => `the entrypoint of the image, ${what}, is not in the image`,
  },
  {
    id: 'missing',
    match: about(
      String.raw`(?:^|[\s"'‘:])PROGRAM["'’]?(?: failed)?: (?:No such file or directory|(?:command )?not found|executable file .* not found)`,
    ),
    reason: 'SingleuserMissing',
    entrypoint: 'suspect',
    message: missingMessage,
  },
  {
    id: 'notExecutable',
    match: about(
      String.raw`exec: "[^"]+": permission denied|(?:^|[\s"'‘:])PROGRAM["'’]?(?: failed)?: (?:cannot execute: )?Permission denied`,
    ),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (_, { uid, args }) =>
      `uid ${uid} may not execute ${args[0] ?? ''} or the entrypoint: make them and their folders readable and executable for everybody (chmod -R a+rX)`,
  },
  {
    id: 'runtimeRefusesRoot',
    match: inText(/runAsNonRoot|non-numeric user/),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (_, { uid }) => `the image cannot be started as uid ${uid}`,
  },
  {
    id: 'library',
    match: inText(
      /(\/[^\s:]{1,300}): (?:invalid ELF header|wrong ELF class|file too short|cannot open shared object file|ELF load command)/,
    ),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: (what) =>
      `the library ${what} cannot be loaded: it is broken or made for another kind of processor; install its package anew`,
  },
  {
    id: 'noServer',
    match: inText(/No module named '(?:jupyter_server|notebook)[.'\w]*/),
    reason: 'ServerMissing',
    entrypoint: 'cleared',
    message: () => 'jupyterhub is installed, and no server that it could start: add "jupyterlab" to packages.pip',
  },
  {
    id: 'unreadablePackages',
    // Python says nothing of permissions where it may not look into a folder.
    match: inText(/No module named 'jupyterhub(?:\.[\w.]+)?'|cannot import name .* \(unknown location\)/),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (_, { uid, args }) =>
      `${args[0] ?? ''} is there, and uid ${uid} cannot read its Python packages: make them readable for everybody (chmod -R a+rX)`,
  },
  {
    id: 'home',
    match: homeNotWritable,
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: (what, { uid, homePath }) =>
      what === homePath || what.startsWith(`${homePath}/`)
        ? `uid ${uid} cannot write to ${what}: the volume on the home belongs to group jupyterHub.probe.fsGroup`
        : `uid ${uid} cannot write to ${what}: add the variable HOME with the value ${homePath} to spec.env`,
  },
  {
    id: 'hiddenHome',
    match: about(
      String.raw`(HOME/[^\s'":]+)['"’]?: (?:No such file or directory|not found)|No such file or directory: '(?:HOME/[^']+)'`,
    ),
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: (what, { homePath }) =>
      `${what}: the Hub mounts an empty volume over ${homePath}; keep what is needed outside of it`,
  },
  {
    id: 'permission',
    match: inText(/PermissionError: \[Errno 13\][^'\n]{0,200}'([^'\n]{1,500})'/),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (what, { uid }) => `uid ${uid} has no access to ${what}: give it to everybody (chmod -R a+rX)`,
  },
  {
    id: 'needsRoot',
    match: line(
      /must be (?:run as )?root|requires? root|are you root\?|Operation not permitted|Permission denied|no new privileges/i,
    ),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (what, { uid }) => `the image cannot do without root, and is started as uid ${uid}: ${short(what)}`,
  },
  {
    id: 'portTaken',
    match: about(String.raw`port \d+ is (?:already in use|not available)|Address already in use`),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: (_, { port }) => `port ${port} is taken by another program that the image starts: leave it to the server`,
  },
  {
    id: 'variablesLost',
    match: inText(/Missing required environment \$JUPYTERHUB_\w+/),
    reason: 'LaunchFailed',
    entrypoint: 'suspect',
    message: () => "the variables of the Hub do not reach the server: let the image's entrypoint keep its environment",
  },
  {
    id: 'hubUnreachable',
    match: inText(/Failed to connect to my Hub at/),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: () =>
      'the server cannot reach the API of the Hub: look for a proxy or a setting of jupyterhub in the image',
  },
  {
    id: 'programMissing',
    match: ({ exitCode }) => (exitCode === 127 ? '127' : null),
    reason: 'LaunchFailed',
    entrypoint: 'suspect',
    message: () => 'a program that the start of the image needs is not in it (exit code 127)',
  },
];

function missingMessage(_: string, hub: HubSettings): string {
  return `${hub.args[0] ?? ''} is not in the image, or only in ${hub.homePath}, where the Hub mounts a volume: add ${serverToInstall(hub)} to packages.pip, or use a Jupyter base`;
}

/** Signs in a log that a jupyterhub-singleuser was reached. */
const singleuserSpeaks = /JupyterHubSingleUser|SingleUser\w*App|site-packages\/jupyterhub\//;

/** Why the server of a launch ended before it was proven. */
export function classifyEnd(server: EndedServer, hub: HubSettings): LaunchFailure {
  for (const { match, reason, entrypoint, message } of rows) {
    const what = match(server, hub);
    if (what !== null) {
      return { reason, message: message(what, hub, server), entrypoint };
    }
  }
  const reached = singleuserSpeaks.test(server.log);
  return {
    reason: 'LaunchFailed',
    message: reached
      ? `the server ended with exit code ${server.exitCode}: ${lastLine(server)}`
      : `the image ended with exit code ${server.exitCode} and never ran ${hub.args[0] ?? ''}: ${lastLine(server)}`,
    entrypoint: reached ? 'cleared' : 'suspect',
  };
}

/** Whether the log shows that the Hub's command was run. */
export function reachedSingleuser(log: string): boolean {
  return singleuserSpeaks.test(log);
}

function lastLine({ message, log }: EndedServer): string {
  const line = (log.trim() === '' ? message : log).trimEnd().split('\n').at(-1)?.trim() ?? '';
  return line === '' ? 'it printed nothing' : short(line);
}

function short(line: string): string {
  return shortened(line, 300);
}
