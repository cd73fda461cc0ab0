import { agreementCases, olderHubCases } from '../../test/hub/cases.ts';
import { code, table } from './markdown.ts';

const begin = '<!-- agreement: made from test/hub/cases.ts by `npm run generate` -->';
const end = '<!-- /agreement -->';

/**
 * docs/jupyterhub.md with the tables of what a real Hub and the operator make of the same images. The tables say what
 * the tests in test/hub/ demand of every run.
 * @throws when the page has no place for them
 */
export function withAgreement(page: string): string {
  const [head, rest] = page.split(begin);
  const tail = rest?.split(end)[1];
  if (head === undefined || tail === undefined) {
    throw new Error(`docs/jupyterhub.md must hold ${begin} and ${end}`);
  }
  return `${head}${begin}\n\n${section()}\n${end}${tail}`;
}

function section(): string {
  const older = new Map(olderHubCases.map(({ name, verdict }) => [name, verdict]));
  const rows = agreementCases.map(({ name, what, works, verdict }) => {
    const ofOlder = older.get(name);
    return [
      code(name),
      what,
      works === 'yes' ? 'a page' : 'no page',
      code(verdict),
      ofOlder === undefined ? '' : code(ofOlder),
    ];
  });
  const differences = agreementCases.flatMap(({ name, differs }) =>
    differs === undefined ? [] : [`They differ about ${code(name)}: ${differs}.\n`],
  );
  const head = ['image', 'what it is', 'users of the Hub get', 'verdict, Hub 5.5.4', 'verdict, Hub 4.1.6'];
  return [table(head, rows), ...differences].join('\n');
}
