import { type DestinationStream, type Logger, pino } from 'pino';
import { redact } from '../text/redact.ts';

export type { Logger } from 'pino';

/** Least severe level that is written. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * A logger that writes one JSON object per line: `level` by name, `time` in RFC 3339, errors under `err` with their
 * causes. Secrets are taken out of the finished line, so that no caller can forget it.
 *
 * @param destination where the lines go; standard output when it is absent.
 */
export function createLogger(level: LogLevel, destination?: DestinationStream): Logger {
  return pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
      hooks: { streamWrite: redact },
    },
    // Synchronous, so that the last line before an exit is not lost.
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
