import { z } from 'zod';
import type { FieldInput, Tried } from '../../../test/field/field.ts';
import { fieldInputs } from '../../../test/field/inputs.ts';
import { type Outcome, tryOut } from '../../../test/field/try.ts';
import { generatedFrom, table } from '../markdown.ts';

const longest = 220;

const headings: Readonly<Record<Tried['is'], string>> = {
  file: 'Files that `kubectl imagespec init` reads',
  dockerfile: 'Dockerfiles',
  spec: 'Specs',
  log: 'Ends of builds',
};

/** docs/field.md: what people bring, what is right, and what happens. The rows are tests; the page tries each again. */
export async function fieldPage(): Promise<string> {
  const tried = await Promise.all(fieldInputs.map(async (input) => ({ input, outcome: await tryOut(input.tried) })));
  const found = fieldInputs.filter((input) => input.found !== undefined);
  const sections = Object.entries(headings).map(([is, heading]) => {
    const rows = tried.filter(({ input }) => input.tried.is === is);
    return `## ${heading}: ${rows.length}\n\n${table(
      ['input', 'expected', 'result', 'found'],
      rows.map(({ input, outcome }) => [
        `[${input.input}](${input.source})`,
        input.expected,
        resultOf(input, outcome),
        input.found ?? '',
      ]),
    )}`;
  });
  return `${generatedFrom('test/field/rows')}
# What people bring

${fieldInputs.length} inputs of public texts, rewritten and made small. Each row is a test (\`test/field/field.test.ts\`), which takes the way of a user: \`init\`,
\`validate\`, or the operator's reading of a build's log. The last column has what an input found when it was first tried: ${found.length} of
them found something, and all inputs of its kind are fixed. What a real build must show is in the suite \`builds\`.

${sections.join('\n')}`;
}

function resultOf({ tried }: FieldInput, { spec, findings, warnings }: Outcome): string {
  const lines = [...findings, ...warnings.map((warning) => `warning: ${warning}`)];
  const taken =
    tried.is === 'file' ? shortened(inOneLine(spec)) : tried.is === 'log' || findings.length > 0 ? '' : 'taken';
  return [taken, ...lines.map(shortened)]
    .filter((line) => line !== '')
    .map((line) => line.replaceAll(/[<>]/g, (mark) => (mark === '<' ? '&lt;' : '&gt;')))
    .join('<br>');
}

const written = z.object({
  packages: z.record(z.string(), z.union([z.string(), z.array(z.string())])).default({}),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  build: z.object({ args: z.array(z.object({ name: z.string(), value: z.string() })) }).default({ args: [] }),
  dockerfile: z.string().optional(),
});

/** What `init` has written, in one line. */
function inOneLine(spec: object | null): string {
  const { packages, env, build, dockerfile } = written.parse(spec ?? {});
  const pairs = (list: typeof env) => list.map(({ name, value }) => `${name}=${value}`);
  const lists = [...Object.entries(packages), ['env', pairs(env)], ['build.args', pairs(build.args)]] as const;
  return [
    ...(dockerfile === undefined ? [] : [`dockerfile of ${dockerfile.trimEnd().split('\n').length} lines`]),
    ...lists.filter(([, list]) => list.length > 0).map(([name, list]) => `${name}: ${[list].flat().join(', ')}`),
  ].join('; ');
}

function shortened(text: string): string {
  return text.length > longest ? `${text.slice(0, longest)}…` : text;
}
