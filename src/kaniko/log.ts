import { beginningOf, tailOf } from '../text/cut.ts';
import { plainText } from '../text/plain.ts';
import { redactLog } from '../text/redact.ts';

/** Limit of `status.failure.log`. */
const maximumBytes = 8192;
/** Only this much of the end of a log is read: the cause is never far from the end. */
const lookedAt = 131_072;
/** The last lines are always kept. */
const lastLines = 15;
/** Lines kept before and after a line about an error. */
const context = { before: 2, behind: 3 };
/** A longer line is cut. */
const longestLine = 1024;

/** Lines about progress, which do not explain a failure. */
const noise =
  /^(?:INFO\[|time="[^"]*" level=(?:trace|debug|info) |\s*(?:Collecting |Downloading |Using cached )|Requirement already satisfied|(?:Get|Hit|Ign|Hnd):\d+ |Selecting previously unselected|Preparing to unpack|Unpacking |Setting up |Reading package lists|Building dependency tree|Reading state information|Progress: |\(Reading database \.\.\.|\s*[━╸╺#.=-]{5,}|\s*\d+%)/;

/** Lines about an error. */
const aboutError =
  /\b(?:error|fatal|failed|failure|cannot|could not|couldn't|unable to|not found|no such|denied|refused|conflict\w*|unsatisfiable|killed|traceback|exception|timed? ?out|missing|invalid|panic)\b|^E: |\*\*\* /i;

/**
 * The relevant lines of a log: lines about an error with their neighbours, and the last ones. Progress, control
 * characters and secrets are removed. At most 8 KiB; `…` marks a gap.
 */
export function relevantLines(log: string): string {
  const lines = redactLog(plainText(tailOf(log, lookedAt)))
    .split('\n')
    .map((line) => shortened(line.trimEnd()))
    .filter((line) => line !== '' && !noise.test(line));
  const kept = new Set<number>();
  let bytes = 0;
  for (const at of byImportance(lines)) {
    const size = Buffer.byteLength(lines[at] ?? '') + '\n…\n'.length + 2;
    if (!kept.has(at) && bytes + size <= maximumBytes) {
      kept.add(at);
      bytes += size;
    }
  }
  const places = [...kept].toSorted((a, b) => a - b);
  return places
    .map((at, index) =>
      index > 0 && at !== (places[index - 1] ?? 0) + 1 ? `…\n${lines[at] ?? ''}` : (lines[at] ?? ''),
    )
    .join('\n');
}

/** Indexes of lines, the most important first: the end, then lines about an error, the last first. */
function* byImportance(lines: readonly string[]): Generator<number> {
  for (let at = lines.length - 1; at >= Math.max(0, lines.length - lastLines); at -= 1) {
    yield at;
  }
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    if (aboutError.test(lines[at] ?? '')) {
      for (
        let near = Math.max(0, at - context.before);
        near <= Math.min(lines.length - 1, at + context.behind);
        near += 1
      ) {
        yield near;
      }
    }
  }
}

function shortened(line: string): string {
  return line.length > longestLine ? `${beginningOf(line, longestLine)}…` : line;
}
