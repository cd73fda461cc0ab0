import { posix } from 'node:path';
import type { HubSettings } from '../imagespec/effective.ts';
import { beginningOf } from '../text/cut.ts';

/** What is left of a server that ended: of its container's state, and its log. */
export interface EndedServer {
  readonly exitCode: number;
  /** Of the container's state, e.g. OOMKilled or StartError. */
  readonly reason: string;
  /** The state's message: what the container runtime says, or the end of the log. */
  readonly message: string;
  /** Without control characters. */
  readonly log: string;
}

/** Looks for a sign in what a server left: the telling part of it, or null. */
export type Sign = (server: EndedServer, hub: HubSettings) => string | null;

/** As the first group of the expression says, else the whole match. */
function found(expression: RegExp, text: string): string | null {
  const match = expression.exec(text);
  return match === null ? null : (match[1] ?? match[0]);
}

/** Bounds on what is looked at: a log may hold anything, and is read by expressions. */
const [maximumLines, maximumLineLength] = [200, 1000];

function linesOf({ message, log }: EndedServer): readonly string[] {
  const lines = `${message}\n${log}`.trimEnd().split('\n');
  return lines.slice(-maximumLines).map((line) => beginningOf(line, maximumLineLength));
}

const textOf = (server: EndedServer) => linesOf(server).join('\n');

/** The first match of the expression in all that is left. */
export function inText(expression: RegExp): Sign {
  return (server) => found(expression, textOf(server));
}

/** The last line that the expression matches. */
export function line(expression: RegExp): Sign {
  return (server) =>
    linesOf(server)
      .findLast((one) => expression.test(one))
      ?.trim() ?? null;
}

/** For an expression that means just this text. */
function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** The Hub's command as programs name it, with or without the folder, for an expression. */
function programOf({ args: [program = ''] }: HubSettings): string {
  return `(?:[^\\s"'‘’:]{0,300}/)?${literal(posix.basename(program))}`;
}

/** An expression in which PROGRAM stands for the Hub's command, and HOME for the path of the home. */
export function about(source: string): Sign {
  return (server, hub) => {
    const filled = source.replaceAll('PROGRAM', () => programOf(hub)).replaceAll('HOME', () => literal(hub.homePath));
    return found(new RegExp(filled, 'im'), textOf(server));
  };
}

/** Where Jupyter and its kind write, whatever the home is. */
const homeLike = /\/\.(?:local|jupyter|ipython|cache|config)(?:\/|$)|^\/(?:root|nonexistent|home)(?:\/|$)/;

/** A path that could not be written to, where it is in a home; PermissionError as Python prints it, or as a shell tool does. */
export function homeNotWritable(server: EndedServer, { homePath }: HubSettings): string | null {
  const paths = [
    ...textOf(server).matchAll(
      /(?:PermissionError: \[Errno 13\]|OSError: \[Errno 30\])[^'\n]{0,200}'([^'\n]{1,500})'|cannot (?:create|touch|open)[^'‘\n]{0,100}['‘]([^'’\n]{1,500})['’]: (?:Permission denied|Read-only file system)/g,
    ),
  ].map(([, python, shell]) => python ?? shell ?? '');
  return paths.find((path) => path === homePath || path.startsWith(`${homePath}/`) || homeLike.test(path)) ?? null;
}
