/** `npm run bench -- MEASUREMENT`: what the operator costs. `npm run bench -- --help` names the measurements. */
import process from 'node:process';
import { Command } from 'commander';
import { type ZodType, z } from 'zod';

/** An option of a measurement, as commander takes it. Its text is checked by the measurement itself. */
interface OptionRow {
  readonly flags: `--${string} <${string}>`;
  readonly meaning: string;
  readonly otherwise: string;
}

/** A measurement as data. */
interface Measurement {
  readonly name: string;
  readonly summary: string;
  /** What it needs and what it writes. */
  readonly description: string;
  readonly options: readonly OptionRow[];
  /** Loads the measurement and runs it. */
  readonly run: (given: unknown, command: string) => Promise<void>;
}

/** The options that were given, or a usage error that names the one that is wrong. */
class UsageError extends Error {}

const measurements: readonly Measurement[] = [
  {
    name: 'overhead',
    summary: 'what the operator adds to a hand-made Kaniko Job, build by build',
    description:
      'Starts a node of its own (Linux, root). Writes test/records/bench.json, of which `npm run generate` makes tables in docs/lifecycle.md.',
    options: [{ flags: '--builds <count>', meaning: 'builds, and as many by hand', otherwise: '20' }],
    run: async (given) => {
      const { overhead, overheadOptions } = await import('./overhead.ts');
      await overhead(checked(overheadOptions, given));
    },
  },
  {
    name: 'scale',
    summary: 'many ImageSpecs together, many at rest, restarts, and one edit',
    description:
      'Starts API servers without nodes (Linux; no root), and the operator as a process of its own beside them. Writes test/records/scale.json, of which `npm run generate` makes the tables in docs/performance.md.',
    options: [
      { flags: '--sizes <counts>', meaning: 'ImageSpecs together, one run for each', otherwise: '100,500,1000,3000' },
      { flags: '--settled <count>', meaning: 'ImageSpecs at rest; 0 leaves this part out', otherwise: '1000' },
      { flags: '--rest <seconds>', meaning: 'how long requests at rest are counted', otherwise: '120' },
      {
        flags: '--peer <name>',
        meaning: 'what is measured the same way on the same API servers: shipwright or none',
        otherwise: 'none',
      },
      {
        flags: '--profiles <folder>',
        meaning: "where the operator's CPU profiles go, which cost time: a folder or none",
        otherwise: 'none',
      },
      { flags: '--record <answer>', meaning: 'whether the record is written: yes or no', otherwise: 'yes' },
    ],
    run: async (given, command) => {
      const { scale, scaleOptions } = await import('./scale/scale.ts');
      await scale(checked(scaleOptions, given), command);
    },
  },
];

function checked<T>(schema: ZodType<T>, given: unknown): T {
  const read = schema.safeParse(given);
  if (read.success) return read.data;
  throw new UsageError(z.prettifyError(read.error));
}

const program = new Command('npm run bench --')
  .description(
    'Measures the operator. The machine should do nothing else meanwhile: the load is recorded beside the figures.',
  )
  .showHelpAfterError()
  .allowExcessArguments(false);
for (const { name, summary, description, options, run } of measurements) {
  const command = program.command(name).summary(summary).description(`Measures ${summary}. ${description}`);
  for (const { flags, meaning, otherwise } of options) command.option(flags, meaning, otherwise);
  command.action(async (given: unknown) => {
    try {
      await run(given, ['npm run bench --', ...process.argv.slice(2)].join(' '));
    } catch (error) {
      if (error instanceof UsageError) command.error(error.message, { exitCode: 2 });
      throw error;
    }
  });
}
await program.parseAsync();
