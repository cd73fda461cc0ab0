import type { DestinationStream } from 'pino';
import pinoPretty from 'pino-pretty';

/**
 * A destination that shows each line of the log to a person: time, level, message, and the fields below it. Secrets are hidden
 * before, as in the lines themselves.
 *
 * @param destination receives the text; default: standard output
 */
export function prettyLog(destination?: NodeJS.WritableStream): DestinationStream {
  return pinoPretty({
    // Synchronous, so that the last line before an exit survives.
    sync: true,
    destination: destination ?? 1,
    colorize: destination === undefined && process.stdout.isTTY,
    translateTime: 'UTC:HH:MM:ss',
    singleLine: true,
  });
}
