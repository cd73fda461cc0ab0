import { condaFault } from '../conda/grammar.ts';
import { entryOf, joinedAll, linesOf, lossOf, type Reader, type Recipe } from '../recipe.ts';

/** The files of a repository with packages of R. */
export const cranReaders: Readonly<Record<string, Reader>> = { 'install.R': installR };

/** A statement of R goes on until its parentheses are closed. */
function statementsOf(text: string): ReturnType<typeof linesOf> {
  const found: { line: number; text: string }[] = [];
  let depth = 0;
  for (const { line, text: part } of linesOf(text)) {
    const last = found.at(-1);
    if (depth > 0 && last !== undefined) {
      last.text = `${last.text} ${part}`;
    } else {
      found.push({ line, text: part });
    }
    const opened = part.split('(').length - part.split(')').length;
    depth = Math.max(0, depth + opened);
  }
  return found;
}

/** `install.packages("x")` and `install.packages(c("x", "y"))` are what can be read without running it. */
function installR(file: string, text: string): Recipe {
  return joinedAll(
    statementsOf(text).map(({ line, text: statement }) => {
      const names = /^install\.packages\((?:\s*c\(([^()]*)\)|([^(),]*))(?:,[^()]*)?\)$/.exec(statement);
      const items = (names?.[1] ?? names?.[2] ?? '')
        .split(',')
        .map((item) => /^["']([A-Za-z0-9.]+)["']$/.exec(item.trim())?.[1]);
      // The statement is not repeated: it may hold a token.
      return items.includes(undefined)
        ? lossOf(
            file,
            line,
            'this is no plain install.packages("…"), and is not carried over; name R packages as r-… in packages.conda',
          )
        : joinedAll(items.map((name = '') => entryOf('conda', condaFault, file, line, `r-${name.toLowerCase()}`)));
    }),
  );
}
