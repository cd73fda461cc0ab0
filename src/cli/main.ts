#!/usr/bin/env node
import process from 'node:process';
import { exitCodes } from './exitCodes.ts';
import { runCommandLine } from './program.ts';

// A reader that ends early, such as `head`, is not an error.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? 0 : 1);
});

const { stdout } = process;
// NO_COLOR counts when it is set and not empty (https://no-color.org).
const colours = (process.env['NO_COLOR'] ?? '') === '';

// No await at the top level: a single executable application is CommonJS.
runCommandLine(process.argv.slice(2), {
  stdin: process.stdin,
  out: (text) => stdout.write(text),
  err: (text) => process.stderr.write(text),
  ...(stdout.isTTY && process.env['TERM'] !== 'dumb' ? { terminal: { colours, columns: stdout.columns } } : {}),
}).then(
  (code) => {
    process.exitCode = code;
  },
  (error: unknown) => {
    process.stderr.write(
      `kubectl imagespec failed by a fault of its own: ${error instanceof Error ? error.message : String(error)}; please report it with the command and this line\n`,
    );
    process.exitCode = exitCodes.bug;
  },
);
