import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { createLogger } from './logger.ts';
import { prettyLog } from './prettyLog.ts';

it('shows a person the time, the level, what happened and to what, and no secret', () => {
  const sink = new PassThrough();
  const logger = createLogger('info', prettyLog(sink));
  logger.info({ imageSpec: 'vision/astro', reason: 'SpecChanged' }, 'build started');
  logger.error({ authorization: 'Bearer c2VjcmV0LXZhbHVl' }, 'failed');
  const text = String(sink.read());
  expect(text).toMatch(
    /^\[\d\d:\d\d:\d\d\] INFO: build started \{"imageSpec":"vision\/astro","reason":"SpecChanged"\}\n/,
  );
  expect(text).toContain('ERROR: failed');
  expect(text).not.toContain('c2VjcmV0LXZhbHVl');
});
