import { differences, type PackageDifference } from '../../jupyterhub/contents/difference.ts';
import type { BuildContents } from '../../packages/contents/contents.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { type ClusterOptions, withImageSpec } from '../live/cluster.ts';
import { contentsOfBuild, readContents } from '../live/contents.ts';

export interface DiffOptions extends ClusterOptions {
  readonly output: 'text' | 'json';
}

/** The build numbers (status.history) to compare. */
export interface Revisions {
  readonly before: number;
  readonly after: number;
}

/**
 * `kubectl imagespec diff`: the package differences between two builds. Like diff(1), `findings` when there are any.
 */
export async function diff(name: string, revisions: Revisions, options: DiffOptions, io: CommandIo): Promise<ExitCode> {
  return withImageSpec(name, options, io, async (cluster, imageSpec) => {
    const lists = await readContents(cluster, imageSpec);
    if (!lists.ok) {
      return unreadable(io, lists.failure);
    }
    const before = contentsOfBuild(lists.value, revisions.before);
    if (!before.ok) {
      return unreadable(io, before.failure);
    }
    const after = contentsOfBuild(lists.value, revisions.after);
    if (!after.ok) {
      return unreadable(io, after.failure);
    }
    const found = differences(before.value.contents, after.value.contents);
    const write = options.output === 'json' ? asJson : asText;
    io.out(write(before.value, after.value, found));
    for (const { number, contents } of [before.value, after.value]) {
      if (contents.omitted > 0) {
        io.err(`the list of build ${number} lacks ${contents.omitted} packages of the image\n`);
      }
    }
    return found.length === 0 ? exitCodes.ok : exitCodes.findings;
  });
}

function asJson(before: BuildContents, after: BuildContents, found: readonly PackageDifference[]): string {
  const head = ({ number, image }: BuildContents) => ({ number, image });
  return `${JSON.stringify({ before: head(before), after: head(after), differences: found }, null, 2)}\n`;
}

function asText(before: BuildContents, after: BuildContents, found: readonly PackageDifference[]): string {
  return found.length === 0
    ? `builds ${before.number} and ${after.number} have the same packages\n`
    : [
        `--- build ${before.number}  ${before.image}`,
        `+++ build ${after.number}  ${after.image}`,
        ...found.map(lineOf),
        '',
      ].join('\n');
}

function lineOf({ manager, name, environment, before, after }: PackageDifference): string {
  const place = environment === '' ? '' : `  (${environment})`;
  if (before === null) {
    return `+ ${manager} ${name} ${after}${place}`;
  }
  return after === null
    ? `- ${manager} ${name} ${before}${place}`
    : `~ ${manager} ${name} ${before} -> ${after}${place}`;
}
