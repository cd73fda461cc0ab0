import type { HubReasonOf } from '../../api/reasons/verdictReasons.ts';
import type { HubSettings } from '../../imagespec/effective.ts';
import { shortened } from '../../text/cut.ts';
import { requirementFor, toInstall } from '../verdict.ts';
import {
  about,
  type EndedServer,
  homeNotWritable,
  inText,
  line,
  lineAbout,
  type Sign,
  unwritable,
} from './endedServer.ts';

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
  /** What the entrypoint did in place of the command, after "the entrypoint, which"; null: the launch does not show it. */
  readonly fault: string | null;
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
  /** `LaunchFailure.fault`, where a row suspects the entrypoint. */
  readonly fault?: (what: string, hub: HubSettings, server: EndedServer) => string;
}

/** The packages that an image needs for this Hub. */
const serverToInstall = (hub: HubSettings) => `${requirementFor(hub.hubVersion)} and "jupyterlab"`;

/**
 * Every kind of failure that a server leaves a sign of, most specific first. The tests match them with logs of real
 * servers.
 */
export const rows: readonly Row[] = [
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
      `the Python of ${commandOf(hub)} is missing: install ${serverToInstall(hub)} into the image's environment`,
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
    fault: (what) => `it does not contain: ${what}`,
  },
  {
    id: 'hiddenEnvironment',
    // Before "missing": a shell may go on after such a line, and then misses what it would have found there.
    match: lineAbout(
      String.raw`can't cd to "?HOME(?:/|$|[\s:"])|\bcd: HOME(?:/[^\s:]*)?: No such file|cannot open "?HOME/[^\s:"]+"?: No such file|HOME/\S*activate\S*: (?:No such file|not found)|Not a conda environment: HOME/`,
    ),
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: hiddenMessage,
  },
  {
    id: 'missing',
    match: about(
      String.raw`(?:^|[\s"'‘:])PROGRAM["'’]?(?: failed)?: (?:No such file or directory|(?:command )?not found|executable file .* not found)`,
    ),
    reason: 'SingleuserMissing',
    entrypoint: 'suspect',
    message: missingMessage,
    fault: (_, hub) => `does not find ${commandOf(hub)}: let it keep PATH`,
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
    id: 'pythonFatal',
    match: inText(/Fatal Python error: ([^\n]{1,200})/),
    reason: 'LaunchFailed',
    entrypoint: 'cleared',
    message: (what) => `Python cannot start (${what}): look for PYTHONHOME and PYTHONPATH among the image's variables`,
  },
  {
    id: 'noServer',
    match: inText(/No module named '(?:jupyter_server|notebook)[.'\w]*/),
    reason: 'ServerMissing',
    entrypoint: 'cleared',
    message: (_, hub) =>
      `jupyterhub is installed, but no server that it could start: ${toInstall('"jupyterlab"', hub)}`,
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
    match: lineAbout(
      String.raw`HOME/[^\s'":]+['"’]?: (?:\[Errno 2\] )?(?:No such file or directory|not found)|No such file or directory: 'HOME/|cannot create HOME/[^\s:]+: Directory nonexistent|(?:Cannot find module|Unable to access jarfile) '?HOME/`,
    ),
    reason: 'HomeNotWritable',
    entrypoint: 'cleared',
    message: hiddenMessage,
  },
  {
    id: 'unwritable',
    match: unwritable,
    reason: 'NotRunnableAsNonRoot',
    entrypoint: 'cleared',
    message: (what, { uid, fsGroup, homePath }) =>
      `uid ${uid} cannot write to ${what}: make its folder writable for group ${fsGroup}, or let the variable that names it point below ${homePath} or /tmp`,
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
    fault: () => 'does not keep its environment: the variables of the Hub do not reach the server',
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
    message: (_, __, server) =>
      `the image does not contain a program that its start needs (exit code 127): ${lastLine(server)}`,
    fault: (_, __, server) => `needs a program that the image does not contain: ${lastLine(server)}`,
  },
];

function missingMessage(_: string, hub: HubSettings): string {
  return `${commandOf(hub)} is not on PATH: it is not in the image, or in a folder that no ENV adds to PATH, or only in ${hub.homePath}, over which the Hub mounts a volume; ${toInstall(serverToInstall(hub), hub)}, or use a Jupyter base`;
}

function hiddenMessage(found: string, { homePath }: HubSettings): string {
  return `the Hub mounts an empty volume over ${homePath}, which hides what the image has there; move required files outside of it: ${short(found)}`;
}

/** The Hub's command. */
function commandOf({ args: [command = ''] }: HubSettings): string {
  return command;
}

/** The last line that says something. */
export function lastLine({ message, log }: EndedServer): string {
  const lines = (log.trim() === '' ? message : log).trimEnd().split('\n').slice(-50);
  // Python ends some reports with `<no Python frame>`.
  const last = lines.findLast((one) => /\w/.test(one) && !/^\s*<[^>]*>\s*$/.test(one))?.trim() ?? '';
  return last === '' ? 'it printed nothing' : short(last);
}

function short(text: string): string {
  return shortened(text, 300);
}
