import { Readable } from 'node:stream';
import { runCommandLine } from '../../src/cli/program.ts';

/** The results of a run of the command line program. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command line without a terminal, with this text as standard input. */
export async function commandLine(argv: readonly string[], stdin = ''): Promise<Ran> {
  let out = '';
  let err = '';
  const code = await runCommandLine(argv, {
    stdin: Readable.from([stdin]),
    out: (text) => {
      out += text;
    },
    err: (text) => {
      err += text;
    },
  });
  return { code, out, err };
}
