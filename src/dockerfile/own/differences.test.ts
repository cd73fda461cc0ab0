import { expect, it } from 'vitest';
import { type BuilderDifference, builderDifferences } from '../../../test/support/inputs/builders.ts';
import { dockerfileAdvice } from './advice.ts';
import { baseImages, buildableDockerfile } from './images.ts';

/** What becomes of the example, by the answer that it would be; '' where that is not the answer. */
function answers({ dockerfile, args = [] }: BuilderDifference): Readonly<Record<BuilderDifference['answer'], string>> {
  const text = dockerfile.replaceAll('BASE', 'aa');
  const read = baseImages({ is: 'dockerfile', text }, args);
  const advice = read.ok ? dockerfileAdvice(text, args).join('\n') : '';
  return {
    refused: read.ok ? '' : read.failure.message,
    warned: advice,
    'built as Docker builds it': read.ok && advice === '' ? buildableDockerfile(text, args, [], []) : '',
  };
}

it.each(builderDifferences.map((one) => [one.what, one] as const))('Kaniko differs from Docker: %s', (_, one) => {
  expect(answers(one)[one.answer]).toContain(one.words);
});
