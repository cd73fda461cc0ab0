import { quoted } from '../../../../packages/entries/quote.ts';
import { linesOf, type ReadLines, tooLongLosses } from '../../lines.ts';
import { joinedAll, lossOf, type Recipe } from '../../recipe.ts';
import { cranEntry } from './entries.ts';

/** A statement of R goes on until its parentheses are closed. */
function statementsOf(text: string): ReadLines {
  const { lines, tooLong } = linesOf(text);
  const statements: { line: number; text: string; open: number }[] = [];
  for (const { line, text: part } of lines) {
    const last = statements.at(-1);
    const depth = (part.match(/\(/g)?.length ?? 0) - (part.match(/\)/g)?.length ?? 0);
    if (last !== undefined && last.open > 0 && last.text.length < longestStatement) {
      last.text += ` ${part}`;
      last.open += depth;
    } else {
      statements.push({ line, text: part, open: depth });
    }
  }
  return { lines: statements, tooLong };
}

/** A longer one is no list of packages; what follows is read as statements of its own. */
const longestStatement = 16_384;

/** `install.packages("x")`, with `c("x", "y")` too, and `install_version("x", "1.2")` can be read without running them. */
export function installR(file: string, text: string): Recipe {
  const { lines, tooLong } = statementsOf(text);
  return joinedAll([
    ...tooLongLosses(file, tooLong),
    ...lines.map(({ line, text: statement }) => {
      const versioned =
        /^(?:(?:remotes|devtools)::)?install_version\(\s*(?:package\s*=\s*)?["']([A-Za-z0-9.]+)["']\s*,\s*(?:version\s*=\s*)?["']([0-9.-]+)["'](?:,[^()]*)?\)$/.exec(
          statement,
        );
      if (versioned !== null) {
        return cranEntry(file, line, `${versioned[1] ?? ''}@${versioned[2] ?? ''}`);
      }
      const names = /^install\.packages\((?:\s*c\(([^()]*)\)|([^(),]*))(?:,[^()]*)?\)$/.exec(statement);
      const items = (names?.[1] ?? names?.[2] ?? '')
        .split(',')
        .map((item) => /^["']([A-Za-z0-9.]+)["']$/.exec(item.trim())?.[1]);
      // The message does not repeat the statement: it may hold a token.
      return items.includes(undefined)
        ? lossOf(
            file,
            line,
            'this is no plain install.packages("…") or install_version("…", "…"), and is not carried over; name the packages in packages.cran',
          )
        : joinedAll([
            ...items.map((name = '') => cranEntry(file, line, name)),
            ...repositoryLosses(file, line, statement),
          ]);
    }),
  ]);
}

/** Mirrors of CRAN, which the platform's own stands for. */
const cran =
  /^https?:\/\/(?:cloud\.r-project\.org|cran\.[a-z.-]+|[a-z.]*cran[a-z.-]*|packagemanager\.(?:posit\.co|rstudio\.com)\/(?:cran|all))(?:\/|$)/i;

/** A repository that is none of CRAN has other packages. */
function repositoryLosses(file: string, line: number, statement: string): readonly Recipe[] {
  const url = /\brepos\s*=\s*["']([^"']{1,300})["']/.exec(statement)?.[1];
  return url === undefined || cran.test(url)
    ? []
    : [
        lossOf(
          file,
          line,
          `the repository ${quoted(url)} is not carried over: packages.cran is installed from CRAN; install from elsewhere in a Dockerfile`,
        ),
      ];
}
