import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parseRfc3339 } from '../../../api/time.ts';
import { activityText } from './builderView.ts';
import { instructionsOf } from './instructions.ts';
import { afterLine, type BuilderProgress, notBegun } from './kanikoLog.ts';

/** Kaniko's logs as the kubelet returned them (with times), and the Dockerfiles of those builds. */
const recorded = join(import.meta.dirname, '..', '..', '..', '..', 'test', 'support', 'builder-logs');

function read(name: string) {
  const instructions = instructionsOf(readFileSync(join(recorded, `${name}.Dockerfile`), 'utf8'));
  const lines = readFileSync(join(recorded, `${name}.log`), 'utf8')
    .trimEnd()
    .split('\n');
  return {
    instructions,
    lines: lines.map((line) => {
      const space = line.indexOf(' ');
      return { at: parseRfc3339(line.slice(0, space)) ?? 0, text: line.slice(space + 1) };
    }),
  };
}

/** The displayed texts in order, and the final state. */
function story(name: string): { readonly seen: readonly string[]; readonly end: BuilderProgress } {
  const { instructions, lines } = read(name);
  const seen: string[] = [];
  let progress = notBegun;
  for (const line of lines) {
    progress = afterLine(progress, line, instructions);
    const text = activityText(instructions, progress).replace(/@sha256:\S+/, '');
    if (text !== seen.at(-1)) {
      seen.push(text);
    }
  }
  return { seen, end: progress };
}

describe("Kaniko's log", () => {
  it('of a list of packages shows the manager that runs', () => {
    const { seen, end } = story('packages');
    expect(seen).toEqual([
      'fetching jupyter/minimal-notebook',
      'unpacking the base image',
      'step 1 of 2: apt packages',
      'step 1 of 2: apt packages (first snapshot of the file system)',
      'step 1 of 2: apt packages',
      'step 1 of 2: apt packages (looking for changes)',
      'step 2 of 2: pip packages',
      'step 2 of 2: pip packages (looking for changes)',
      'looking for changes',
      'writing the image',
    ]);
    const seconds = end.steps.map(({ startedAt, endedAt }) => Math.round(((endedAt ?? 0) - startedAt) / 1000));
    expect(seconds).toEqual([284, 94]);
  });

  it("of a user's Dockerfile follows stages, continued lines, comments, odd case and white space", () => {
    const { seen } = story('stages');
    expect([...new Set(seen.filter((text) => text.startsWith('step ') && !text.endsWith(')')))]).toEqual([
      'step 1 of 4: RUN echo one > /one && echo two > /two',
      'step 2 of 4: COPY --from=tools /one /two /opt/',
      'step 3 of 4: RUN ["/bin/sh", "-c", "cat /opt/one /opt/two && printf \'col…',
      'step 4 of 4: run echo "lower case" "quotes" ; sleep 3',
    ]);
    expect(seen.filter((text) => text === 'unpacking the base image')).toHaveLength(2);
  });

  it('of a build that pushes by itself shows layers from the cache', () => {
    const { seen } = story('cached');
    expect(seen).toEqual([
      'fetching debian:bookworm-slim',
      'looking for layers in the cache',
      'unpacking the base image',
      'step 1 of 3: RUN echo one > /one (from the layer cache)',
      'step 2 of 3: RUN echo two > /two (from the layer cache)',
      'step 3 of 3: RUN echo number 2 > /three',
      'step 3 of 3: RUN echo number 2 > /three (first snapshot of the file system)',
      'step 3 of 3: RUN echo number 2 > /three',
      'step 3 of 3: RUN echo number 2 > /three (looking for changes)',
      'pushing to registry.example.com/imagespecs/default/log-cached-2:imagespec-8194c429de3e1f85de0b',
    ]);
  });

  it('that ends in a failure leaves the step open, with its last line', () => {
    const { end } = story('package-not-found');
    expect(end.steps.map(({ index, endedAt }) => [index, endedAt !== null])).toEqual([
      [0, true],
      [1, false],
    ]);
    expect(end.output).toContain('error building image: error building stage');
  });

  it('parses the short format too', () => {
    const instructions = instructionsOf('FROM a\nRUN make\nRUN make install\n');
    const texts = [
      'INFO[0001] RUN make',
      'INFO[0001] Running: [/bin/sh -c make]',
      'cc -o a',
      'INFO[0003] RUN make install',
    ];
    const end = texts.reduce<BuilderProgress>(
      (before, text, index) => afterLine(before, { at: index * 1000, text }, instructions),
      notBegun,
    );
    expect(end.steps).toEqual([
      { index: 0, startedAt: 0, endedAt: 3000, cached: false },
      { index: 1, startedAt: 3000, endedAt: null, cached: false },
    ]);
  });

  it("distinguishes a step's output from the builder's, and lets it move no cursor", () => {
    const instructions = instructionsOf('FROM a\nRUN make\n');
    const printed = 'RUN make\r\u001B[2J\u001B]0;title\u0007\u001B[31mhalf\u001B[0m done\u0008';
    const end = afterLine(notBegun, { at: 0, text: printed }, instructions);
    expect(end).toEqual({ ...notBegun, output: 'half done' });
  });
});
