import { type DestinationStream, type Logger, pino } from 'pino';
import { redact } from '../text/redact.ts';

export type { Logger } from 'pino';

/** Least severe level that is logged. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/**
 * A logger that writes one JSON object per line: `level` by name, `time` in RFC 3339, errors under `err` with their
 * causes. It redacts secrets in the finished line, so that no caller can forget to.
 *
 * @param destination receives the lines; default: standard output
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
    // Synchronous, so that the last line before an exit survives.
    destination ?? pino.destination({ dest: 1, sync: true }),
  );
}
