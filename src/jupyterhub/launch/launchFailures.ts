import type { HubReasonOf } from '../../api/reasons/verdictReasons.ts';
import type { HubSettings } from '../../imagespec/effective.ts';
import { shortened } from '../../text/cut.ts';
import { about, type EndedServer, homeNotWritable, inText, line, type Sign } from './endedServer.ts';
import { requirementFor } from '../verdict.ts';

/** Why JupyterHub cannot launch an image. */
export interface LaunchFailure {
  readonly reason: HubReasonOf<'False'>;
  /** One sentence: what happened, and what to do. */
  readonly message: string;
  /**
   * - suspect: the image's entrypoint may be at fault; a launch without it shows whether it is
   * - cleared: the Hub's command ran, so the entrypoint worked
   */
  readonly entrypoint: 'suspect' | 'cleared';
}

/** A kind of failure, recognised by what the server left. The first matching row decides. */
interface Row {
  /** Its name in the tests. */
  readonly id: string;
  readonly match: Sign;
  readonly reason: HubReasonOf<'False'>;
  readonly entrypoint: LaunchFailure['entrypoint'];
  /** `what` is the result of `match`. */
  readonly message: (what: string, hub: HubSettings, server: EndedServer) => string;
}

const serverToInstall = (hub: HubSettings) => `${requirementFor(hub.hubVersion)} and "jupyterlab"`;

/**
 * Every kind of failure that a server leaves a sign of, most specific first. The tests match them with logs of real
 * servers.
 */
const rows: readonly Row[] = [
  {
    id: 'memory',
    match: ({ reason }) => (reason === 'OOMKilled' ? reason : null),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: () =>
      'the server used more memory than launched images may use: make it smaller, or ask the administrator to raise jupyterHub.probe.resources',
  },
  {
    id: 'architecture',
    match: inText(/exec format error|cannot execute binary file/i),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: () =>
      "a program of the image was built for another CPU architecture than the node's: set spec.build.platform to that of the nodes",
  },
  {
    id: 'startedFromHome',
    match: about(String.raw`exec:? "?(HOME/[^\s":]+)"?:? .*no such file or directory`),
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: (what, { homePath }) =>
      `${what} is in the home directory, over which the Hub mounts an empty volume: install it outside of ${homePath}`,
  },
  {
    id: 'interpreterMissing',
    match: about(String.raw`PROGRAM: (?:cannot execute: required file not found|.*bad interpreter: .*)`),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: (_, hub) =>
      `the Python of ${hub.args[0] ?? ''} is missing: install ${serverToInstall(hub)} into the image's environment`,
  },
  {
    id: 'missingForTheRuntime',
    // The runtime itself looks for the program: the image has no entrypoint that could be at fault.
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
    message: (what) => `the image does not contain its entrypoint ${what}`,
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
      `uid ${uid} may not execute ${args[0] ?? ''} or the entrypoint: make them and their folders readable and executable for all users (chmod -R a+rX)`,
  },
  {
    id: 'runtimeRefusesRoot',
    match: inText(/runAsNonRoot|non-numeric user/),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (_, { uid }) => `the image cannot start as uid ${uid}`,
  },
  {
    id: 'library',
    match: inText(
      /(\/[^\s:]{1,300}): (?:invalid ELF header|wrong ELF class|file too short|cannot open shared object file|ELF load command)/,
    ),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: (what) =>
      `the library ${what} cannot be loaded: it is broken or built for another CPU architecture; install its package again`,
  },
  {
    id: 'noServer',
    match: inText(/No module named '(?:jupyter_server|notebook)[.'\w]*/),
    reason: 'ServerMissing',
    entrypoint: 'cleared',
    message: () => 'jupyterhub is installed, but no server that it could start: add "jupyterlab" to packages.pip',
  },
  {
    id: 'unreadablePackages',
    // Python reports no permission error for a folder that it cannot enter.
    match: inText(/No module named 'jupyterhub(?:\.[\w.]+)?'|cannot import name .* \(unknown location\)/),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (_, { uid, args }) =>
      `uid ${uid} cannot read the Python packages of ${args[0] ?? ''}: make them readable for all users (chmod -R a+rX)`,
  },
  {
    id: 'home',
    match: homeNotWritable,
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: (what, { uid, homePath }) =>
      what === homePath || what.startsWith(`${homePath}/`)
        ? `uid ${uid} cannot write to ${what}: the home directory's volume belongs to group jupyterHub.probe.fsGroup`
        : `uid ${uid} cannot write to ${what}: set the variable HOME to ${homePath} in spec.env`,
  },
  {
    id: 'hiddenHome',
    match: about(
      String.raw`(HOME/[^\s'":]+)['"’]?: (?:No such file or directory|not found)|No such file or directory: '(?:HOME/[^']+)'`,
    ),
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: (what, { homePath }) =>
      `${what}: the Hub mounts an empty volume over ${homePath}; move required files outside of it`,
  },
  {
    id: 'permission',
    match: inText(/PermissionError: \[Errno 13\][^'\n]{0,200}'([^'\n]{1,500})'/),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (what, { uid }) => `uid ${uid} has no access to ${what}: grant it to all users (chmod -R a+rX)`,
  },
  {
    id: 'needsRoot',
    match: line(
      /must be (?:run as )?root|requires? root|are you root\?|Operation not permitted|Permission denied|no new privileges/i,
    ),
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (what, { uid }) => `the image needs root, but starts as uid ${uid}: ${short(what)}`,
  },
  {
    id: 'portTaken',
    match: about(String.raw`port \d+ is (?:already in use|not available)|Address already in use`),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: (_, { port }) => `port ${port} is in use by another program of the image: leave it to the server`,
  },
  {
    id: 'variablesLost',
    match: inText(/Missing required environment \$JUPYTERHUB_\w+/),
    reason: 'LaunchFailed',
    entrypoint: 'suspect',
    message: () => "the Hub's variables do not reach the server: let the image's entrypoint keep its environment",
  },
  {
    id: 'hubUnreachable',
    match: inText(/Failed to connect to my Hub at/),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: () => "the server cannot reach the Hub's API: look for a proxy or a setting of jupyterhub in the image",
  },
  {
    id: 'programMissing',
    match: ({ exitCode }) => (exitCode === 127 ? '127' : null),
    reason: 'LaunchFailed',
    entrypoint: 'suspect',
    message: () => 'the image does not contain a program that its start needs (exit code 127)',
  },
];

function missingMessage(_: string, hub: HubSettings): string {
  return `${hub.args[0] ?? ''} is not in the image, or only in ${hub.homePath}, over which the Hub mounts a volume: add ${serverToInstall(hub)} to packages.pip, or use a Jupyter base`;
}

/** Signs in a log that jupyterhub-singleuser started. */
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

/** Whether the log shows that the Hub's command ran. */
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
