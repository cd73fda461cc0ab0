import { expect, it } from 'vitest';
import { dockerfileAdvice } from './advice.ts';

it.each<[string, readonly string[]]>([
  [
    'FROM aa\nARG NB_USER\nARG A=1 NB_UID\n',
    ['line 2: ARG NB_USER has no default', 'line 3: ARG NB_UID has no default'],
  ],
  ['ARG V=1\nARG W\nFROM aa\nARG V\nARG GIVEN\nARG TARGETARCH\nARG http_proxy\n', []],
  ['FROM aa\nVOLUME /data /logs\nUSER 1\nRUN x\n', ['line 2: VOLUME /data, /logs: what RUN in line 4']],
  ['FROM aa\nVOLUME ["/data"]\nFROM bb\nRUN x\n', []],
  ['FROM aa\nRUN x\nVOLUME /data\nCMD y\n', []],
  ['FROM aa\nUSER 1:2\nWORKDIR /x\nRUN x\nUSER 3:4\nCMD y\n', ['line 2: USER 1:2: steps run without']],
  ["FROM aa\nCMD ['python', 'a.py']\nRUN [ -f x ] && y\nRUN [\"x\"]\n", ['line 2: CMD [ … ] is no list in JSON']],
  [
    `FROM aa\n${'ARG X\n'.repeat(9)}`,
    ['line 2: ARG X has no default', 'line 3: ARG X has no default', 'line 4: ARG X has no default'],
  ],
])('%j', (text, expected) => {
  const advice = dockerfileAdvice(text, [{ name: 'GIVEN', value: '' }]);
  expect(advice).toHaveLength(expected.length);
  expected.forEach((words, index) => {
    expect(advice[index]).toContain(`spec.dockerfile ${words}`);
  });
});
