import { expect, it } from 'vitest';
import type { Tried } from './field.ts';
import { fieldInputs } from './inputs.ts';
import { type Outcome, tryOut } from './try.ts';

/** The outcome that a row asks for. */
function asked(tried: Tried): Outcome {
  const nothing: Outcome = { spec: null, findings: [], warnings: [], row: null };
  switch (tried.is) {
    case 'dockerfile':
    case 'spec':
      return { ...nothing, findings: tried.findings, warnings: tried.warnings ?? [] };
    case 'file':
      return { ...nothing, spec: tried.spec, findings: tried.notes };
    case 'log':
      return { ...nothing, row: tried.row, findings: [tried.says] };
  }
}

/** Lines that have the words of their place, as these words: a row has parts of lines. */
function matched(lines: readonly string[], words: readonly string[]): readonly string[] {
  return lines.map((line, index) => {
    const part = words[index];
    return part !== undefined && line.includes(part) ? part : line;
  });
}

it.each(fieldInputs.map((input) => [`${input.source}: ${input.input}`, input] as const))('%s', async (_, { tried }) => {
  const outcome = await tryOut(tried);
  const wanted = asked(tried);
  expect({
    ...outcome,
    findings: matched(outcome.findings, wanted.findings),
    warnings: matched(outcome.warnings, wanted.warnings),
  }).toEqual(wanted);
});

it('sixty inputs and more, each after a public text', () => {
  expect(fieldInputs.length).toBeGreaterThanOrEqual(60);
  expect(fieldInputs.filter(({ source }) => !source.startsWith('https://'))).toEqual([]);
});
