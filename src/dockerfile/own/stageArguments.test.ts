import { describe, expect, it } from 'vitest';
import type { Source } from '../../imagespec/effective.ts';
import { instructionOf } from '../reading/instruction.ts';
import { readLines } from '../reading/lines.ts';
import { argumentsOn, shadowedArguments } from './stageArguments.ts';

describe('a variable before an argument of the same name', () => {
  it.each([
    ['in one stage', 'FROM aa\nENV X=1\nARG X=2\n', [3]],
    ['in the old form', 'FROM aa\nENV X 1 Y=2\nARG Y\nARG X\n', [4]],
    ['of the stage below, by its name', 'FROM aa AS One\nENV X=1\nFROM one\nARG X\n', [4]],
    ['of several in one line', 'FROM aa\nENV A=1 B=2\nARG B C A\n', [3, 3]],
    ['after it', 'FROM aa\nARG X=1\nENV X=$X\n', []],
    ['of another stage', 'FROM aa AS one\nENV X=1\nFROM bb\nARG X\n', []],
    ['before the stages', 'ARG X=1\nFROM aa\nENV X=1\n', []],
  ])('%s', (_, text, lines) => {
    const found = shadowedArguments(readLines(text).lines.map(instructionOf));
    expect(found.map(({ line }) => line)).toEqual(lines);
  });
});

describe('the arguments of the stages on an image', () => {
  const args = [{ name: 'GIVEN', value: 'yes' }];
  const on = (image: string, text: string) =>
    argumentsOn(image, { is: 'dockerfile', text } satisfies Source, args).map(({ name, value, place }) => [
      name,
      value,
      place,
    ]);

  it('have what is given, else their default, else that of the line before the stages', () => {
    const text = `ARG GLOBAL=2\nFROM aa AS one\nARG GIVEN=no\nARG GLOBAL\nARG A="b c" D='e'\nARG UNKNOWN\nARG Z=$A\nFROM bb\nARG GIVEN\nFROM one\nARG LATE=1\n`;
    expect(on('aa', text)).toEqual([
      ['GIVEN', 'yes', 'spec.dockerfile line 3: ARG GIVEN'],
      ['GLOBAL', '2', 'spec.dockerfile line 4: ARG GLOBAL'],
      ['A', 'b c', 'spec.dockerfile line 5: ARG A'],
      ['D', 'e', 'spec.dockerfile line 5: ARG D'],
      ['LATE', '1', 'spec.dockerfile line 11: ARG LATE'],
    ]);
    expect(on('bb', text)).toEqual([['GIVEN', 'yes', 'spec.dockerfile line 9: ARG GIVEN']]);
    expect(on('cc', text)).toEqual([]);
  });
});
