import { posix } from 'node:path';
import type { HubSettings } from '../../imagespec/effective.ts';
import { beginningOf } from '../../text/cut.ts';

/** The remains of an ended server: its container's state, and its log. */
export interface EndedServer {
  readonly exitCode: number;
  /** Reason of the container's state, such as OOMKilled or StartError. */
  readonly reason: string;
  /** Message of the state: from the container runtime, or the end of the log. */
  readonly message: string;
  /** Without control characters. */
  readonly log: string;
}

/** Looks for a sign in the remains of a server: the relevant text, or null. */
export type Sign = (server: EndedServer, hub: HubSettings) => string | null;

/** The first group of the expression, else the whole match. */
function found(expression: RegExp, text: string): string | null {
  const match = expression.exec(text);
  return match === null ? null : (match[1] ?? match[0]);
}

/** Bounds of the search: expressions read the log, which the image controls. */
const [maximumLines, maximumLineLength] = [200, 1000];

function linesOf({ message, log }: EndedServer): readonly string[] {
  const lines = `${message}\n${log}`.trimEnd().split('\n');
  return lines.slice(-maximumLines).map((line) => beginningOf(line, maximumLineLength));
}

const textOf = (server: EndedServer) => linesOf(server).join('\n');

/** The first match of the expression in all remains. */
export function inText(expression: RegExp): Sign {
  return (server) => found(expression, textOf(server));
}

/** The last line that matches the expression. */
export function line(expression: RegExp): Sign {
  return (server) =>
    linesOf(server)
      .findLast((one) => expression.test(one))
      ?.trim() ?? null;
}

/** Escapes a text for an expression. */
function literal(text: string): string {
  return text.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
}

/** An expression for the Hub's command, with or without its folder. */
function programOf({ args: [program = ''] }: HubSettings): string {
  return `(?:[^\\s"'‘’:]{0,300}/)?${literal(posix.basename(program))}`;
}

/** An expression in which PROGRAM stands for the Hub's command, and HOME for the path of the home directory. */
export function about(source: string): Sign {
  return (server, hub) => {
    const filled = source.replaceAll('PROGRAM', () => programOf(hub)).replaceAll('HOME', () => literal(hub.homePath));
    return found(new RegExp(filled, 'im'), textOf(server));
  };
}

/** The last line with a match of the expression. HOME in it stands for the path of the home directory. */
export function lineAbout(source: string): Sign {
  return (server, hub) =>
    line(
      new RegExp(
        source.replaceAll('HOME', () => literal(hub.homePath)),
        'i',
      ),
    )(server, hub);
}

/** Folders that Jupyter and related programs write to, in any home directory. */
const homeLike = /\/\.(?:local|jupyter|ipython|cache|config)(?:\/|$)|^\/(?:root|nonexistent|home)(?:\/|$)/;

/** Messages about a path that may not be written to, by Python and by tools of a shell. */
const refusedPaths = [
  /(?:PermissionError: \[Errno 13\]|OSError: \[Errno 30\])[^'\n]{0,200}'([^'\n]{1,500})'/,
  /cannot (?:create|touch|open)[^'‘\n]{0,100}['‘]([^'’\n]{1,500})['’]: (?:Permission denied|Read-only file system)/,
  // dash, about a redirection
  /cannot create ([^\s:'"]{1,500}): Permission denied/,
];

/** An unwritable path in a home directory, from Python's PermissionError or a shell tool's message. */
export function homeNotWritable(server: EndedServer, { homePath }: HubSettings): string | null {
  const isBelow = (path: string) => path === homePath || path.startsWith(`${homePath}/`);
  for (const text of linesOf(server)) {
    const path = refusedPaths.map((form) => found(form, text)).find((one) => one !== null) ?? '';
    if (isBelow(path) || homeLike.test(path)) {
      return path;
    }
    // bash, about a redirection. Nothing of the image is in the home that the path could name otherwise.
    const redirected = found(/(?:^|[\s:])(\/[^\s:'"]{1,500}): (?:Permission denied|Read-only file system)/, text);
    if (redirected !== null && isBelow(redirected)) {
      return redirected;
    }
  }
  return null;
}

/** Calls in a traceback that write. */
const writes =
  /\bmkdir\(|makedirs\(|secure_write|O_CREAT|O_WRONLY|open\([^)\n]{0,200},\s*(?:mode=)?["'][wax]|\.touch\(|unlink\(|write_(?:text|bytes)\(/;
const callsBefore = 6;

/** The path that a Python program was not permitted to write to; null also for one that it was not permitted to read. */
export function unwritable(server: EndedServer): string | null {
  const lines = linesOf(server);
  for (const [at, text] of lines.entries()) {
    const path = found(/(?:PermissionError: \[Errno 13\]|OSError: \[Errno 30\])[^'\n]{0,200}'([^'\n]{1,500})'/, text);
    if (path !== null && lines.slice(Math.max(0, at - callsBefore), at).some((call) => writes.test(call))) {
      return path;
    }
  }
  return null;
}
