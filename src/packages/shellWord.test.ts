import { execFileSync } from 'node:child_process';
import { array, assert, property, string } from 'fast-check';
import { expect, it } from 'vitest';
import { shellWord } from './shellWord.ts';

it('is one word of exactly this text for a real sh', () => {
  const text = string({ unit: 'binary' }).map((value) => value.replaceAll('\u0000', ''));
  assert(
    property(array(text, { minLength: 40, maxLength: 60 }), (values) => {
      const script = `printf '%s\\0' ${values.map(shellWord).join(' ')}`;
      const printed = execFileSync('sh', ['-c', script]).toString('utf8');
      expect(printed.split('\u0000').slice(0, -1)).toEqual(values.map((value) => Buffer.from(value).toString('utf8')));
    }),
    { numRuns: 20 },
  );
});
