import { isFailureReason, retryOf } from '../../src/api/reasons/failureReasons.ts';
import type { Retry } from '../../src/api/reasons/reasonColumns.ts';
import { failureTable } from '../../src/kaniko/failures/table.ts';
import { type Example, failureExamples } from '../../test/support/failure-examples.ts';
import { code, table } from './markdown.ts';

const begin = '<!-- causes: made from src/kaniko/failures/ by `npm run generate` -->';
const end = '<!-- end of causes -->';

type Part = keyof typeof failureTable;
type AnyRow = (typeof failureTable)[Part][number];

/** Parts of the table in the order in which a build meets them, with their titles. */
const titles: Readonly<Record<Part, string>> = {
  refusals: 'The cluster makes no Job or Pod',
  waiting: 'A container does not start, for longer than the grace window',
  basePulls: 'The node cannot pull the base of a mounted build (with `build.base: Auto`, the next attempt unpacks it)',
  overdue: 'The Pod does not go away',
  pods: 'The whole Pod ends, or a container without a word of its own',
  builder: 'Kaniko ends with a word of its own',
  causesOfSteps: 'A step of the build fails: what comes before the package managers',
  packages: 'A step of the build fails: what the package managers say',
  otherSteps: 'A step of the build fails: everything else',
  agents: "The operator's own containers end with an error",
  silent: 'No component reports a cause',
};

/** docs/lifecycle.md with its table of causes, which stands between two marks; all around it is written by hand. */
export function withCauses(page: string): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from === -1 || to === -1) {
    throw new Error(`docs/lifecycle.md lacks the marks ${begin} and ${end}`);
  }
  return `${page.slice(0, from + begin.length)}\n\n${causes()}\n${page.slice(to)}`;
}

function causes(): string {
  const examples = failureExamples();
  return Object.entries(titles)
    .map(([part, title]) => {
      const rows: readonly AnyRow[] = Object.entries(failureTable).find(([name]) => name === part)?.[1] ?? [];
      const lines = rows.map((row) => lineOf(row, examples));
      return `### ${title}\n\n${table(['cause', 'recognised by', 'reason', 'retried', 'message, from a recorded case'], lines)}`;
    })
    .join('\n');
}

function lineOf(row: AnyRow, examples: readonly Example[]): readonly string[] {
  const seen = examples.find(({ file }) => file === row.example);
  const reason = seen?.reason ?? '';
  return [
    row.what,
    signOf(row),
    reason === '' ? '' : code(reason),
    triedAgain(reason),
    reason === '' ? '' : escaped(seen?.message ?? ''),
  ];
}

/** What docs/conditions.md says at length. */
const shortly: Readonly<Record<Retry, string>> = { fast: 'yes', slow: 'slowly', interval: 'no', never: 'no' };

function triedAgain(reason: string): string {
  if (reason === 'QuotaExceeded' || reason === '') {
    return 'by itself';
  }
  return isFailureReason(reason) ? shortly[retryOf(reason)] : '';
}

function signOf(row: AnyRow): string {
  if ('sign' in row) {
    return row.sign;
  }
  if (!('match' in row)) {
    return 'a Pod that is still there a minute after it was to be gone';
  }
  return typeof row.match === 'number' ? `exit code ${row.match}` : expression(row.match);
}

/** A regular expression as inline code, which holds neither a line feed nor a back quote. */
function expression({ source, flags }: RegExp): string {
  return code(`/${source}/${flags}`);
}

function escaped(text: string): string {
  return text.replaceAll('<', '\\<').replaceAll('*', '\\*').replaceAll('_', '\\_');
}
