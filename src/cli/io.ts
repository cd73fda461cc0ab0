import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { failed, ok, type Result } from '../api/result.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';
import { fileFault } from './fileFault.ts';
import type { Terminal } from './live/terminal.ts';

/** A command's access to the world; tests pass their own. */
export interface CommandIo {
  readonly stdin: NodeJS.ReadableStream;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
  /** Absent unless standard output is a terminal. */
  readonly terminal?: Terminal;
}

/** Ends a command that cannot continue: prints the reason on standard error and returns the exit code. */
export function unreadable(io: Pick<CommandIo, 'err'>, sentence: string): ExitCode {
  io.err(`${sentence}\n`);
  return exitCodes.unreadable;
}

/** A file with its name as given. */
export interface InputFile {
  readonly name: string;
  readonly text: string;
}

/** A path of the command line, and the files found there. */
export interface Input {
  /** A file, a folder, or `-`. */
  readonly path: string;
  readonly files: readonly InputFile[];
}

const manifestName = /\.(ya?ml|json)$/;
/** Larger than any ImageSpec can be (etcd accepts 1.5 MB), and small enough to read whole. */
const maximumBytes = 16 * 1024 * 1024;

/** Reads files, `-`, and every manifest below a folder in name order. The failure names the unreadable path. */
export async function readInputs(names: readonly string[], io: CommandIo): Promise<Result<readonly Input[], string>> {
  const inputs: Input[] = [];
  for (const name of names) {
    if (name === '-') {
      inputs.push({ path: name, files: [{ name, text: await text(io.stdin) }] });
      continue;
    }
    const files: InputFile[] = [];
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
    inputs.push({ path: name, files });
  }
  return ok(inputs);
}

/** All files of these paths. */
export async function readFiles(
  names: readonly string[],
  io: CommandIo,
): Promise<Result<readonly InputFile[], string>> {
  const inputs = await readInputs(names, io);
  return inputs.ok ? ok(inputs.value.flatMap(({ files }) => files)) : inputs;
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
      return failed(`${path}: larger than ${maximumBytes / 1024 / 1024} MiB; too large for a manifest`);
    }
    return ok(await readFile(path, 'utf8'));
  } catch (error) {
    return failed(describe(path, error));
  }
}

function describe(path: string, error: unknown): string {
  return `${path}: ${fileFault(error)}`;
}
