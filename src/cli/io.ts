import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { failed, ok, type Result } from '../api/result.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';
import type { Terminal } from './live/terminal.ts';

/** The world as a command sees it, so that a test can hand in its own. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Absent where standard output is no terminal. */
  readonly terminal?: Terminal;
}

/** The end of a command that cannot go on: why, as a line on standard error, and the exit code for it. */
export function unreadable(io: Pick<CommandIo, 'err'>, sentence: string): ExitCode {
  io.err(`${sentence}\n`);
  return exitCodes.unreadable;
}

/** A file with its name as it was given. */
export interface InputFile {
  readonly name: string;
  readonly text: string;
}

const manifestName = /\.(ya?ml|json)$/;
/** Larger than any ImageSpec can be (etcd takes 1.5 MB), and small enough to read whole. */
const maximumBytes = 16 * 1024 * 1024;

/** Reads a file, every manifest below a folder in the order of their names, or `-`. The failure names what cannot be read. */
export async function readInputs(
  names: readonly string[],
  io: CommandIo,
): Promise<Result<readonly InputFile[], string>> {
  const files: InputFile[] = [];
  for (const name of names) {
    if (name === '-') {
      files.push({ name, text: await text(io.stdin) });
      continue;
    }
    const found = await manifestsBelow(name);
    if (!found.ok) {
      return found;
    }
    for (const path of found.value) {
      const read = await readOne(path);
      if (!read.ok) {
        return read;
      }
      files.push({ name: path, text: read.value });
    }
  }
  return ok(files);
}

async function manifestsBelow(path: string): Promise<Result<readonly string[], string>> {
  try {
    if (!(await stat(path)).isDirectory()) {
      return ok([path]);
    }
    const entries = await readdir(path, { withFileTypes: true, recursive: true });
    return ok(
      entries
        .filter((entry) => entry.isFile() && manifestName.test(entry.name))
        .map((entry) => join(entry.parentPath, entry.name))
        .toSorted(),
    );
  } catch (error) {
    return failed(describe(path, error));
  }
}

async function readOne(path: string): Promise<Result<string, string>> {
  try {
    if ((await stat(path)).size > maximumBytes) {
      return failed(`${path}: larger than ${maximumBytes / 1024 / 1024} MiB; that is no manifest`);
    }
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    return failed(describe(path, error));
  }
}

function describe(path: string, error: unknown): string {
  return `${path}: ${error instanceof Error ? error.message : String(error)}`;
}
