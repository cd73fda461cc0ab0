import { expect, it } from 'vitest';
import { createLogger, type LogLevel } from './logger.ts';

function capture(level: LogLevel) {
  const lines: string[] = [];
  const logger = createLogger(level, { write: (line) => lines.push(line) });
  return { logger, lines };
}

it('writes one JSON object per line with the level by name and the time as text', () => {
  const { logger, lines } = capture('info');
  logger.info({ namespace: 'vision', name: 'astro' }, 'build started');
  expect(lines).toHaveLength(1);
  expect(lines.join('')).toMatch(
    /^\{"level":"info","time":"\d{4}-\d\d-\d\dT[\d:.]+Z","namespace":"vision","name":"astro","msg":"build started"\}\n$/,
  );
});

it('omits lines below the level', () => {
  const { logger, lines } = capture('warn');
  logger.info('not this');
  logger.error('but this');
  expect(lines.map((line): unknown => JSON.parse(line))).toMatchObject([{ level: 'error', msg: 'but this' }]);
});

it('hides secrets in fields, child bindings, messages and errors', () => {
  const { logger, lines } = capture('debug');
  const secret = 'c2VjcmV0LXZhbHVl';
  const cause = new Error(`answer: {"token":"${secret}"}`);
  logger
    .child({ request: { headers: { authorization: `Bearer ${secret}` } } })
    .error({ err: new Error('exchange failed', { cause }), auth: secret }, `sent Bearer ${secret}`);
  expect(lines.join('')).not.toContain(secret);
  expect(lines.join('')).toContain('"message":"exchange failed');
});
