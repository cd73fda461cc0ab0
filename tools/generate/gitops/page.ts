import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { healthOf, says } from '../../../test/gitops/says.ts';
import { states } from '../../../test/gitops/states.ts';
import { code, table } from '../markdown.ts';
import { replaced } from '../measured-docs.ts';
import { type ComparedRow, comparedRows, type Evidence } from './rows.ts';

/**
 * docs/gitops.md with its tables: what each tool says of each state, and how the operator compares.
 *
 * @throws Error when a test that the page links to is gone
 */
export async function withGitops(root: string, page: string): Promise<string> {
  await checkEvidence(root, comparedRows);
  return replaced(replaced(page, 'states', statesTable()), 'comparison', comparison(comparedRows));
}

function statesTable(): string {
  const rows = states.map((state) => {
    const { name, what, meaning } = state;
    const waits = says[meaning].ready === 'met' ? 'ends' : 'waits';
    return [code(name), what, healthOf(state).status, says[meaning].kstatus, waits, 'does not look'];
  });
  const head = ['object', 'state', 'Argo CD', 'kstatus', '`kubectl wait` for Ready', 'Helm 3'];
  return `${states.length} objects.\n\n${table(head, rows)}`;
}

const peers = ['cert-manager', 'Flux', 'kpack', 'Shipwright', 'CloudNativePG'];

function comparison(rows: readonly ComparedRow[]): string {
  const cells = rows.map(({ property, others, ours }, index) => [
    index < listed ? String(index + 1) : '+',
    property,
    ours.is === 'no'
      ? `no: ${ours.why}`
      : `${ours.is === 'ready' ? 'ready for a pull request' : 'yes'}: ${link(ours.evidence)}`,
    ...others,
  ]);
  const count = (has: (row: ComparedRow) => boolean) => rows.slice(0, listed).filter(has).length;
  const sums = peers.map((_, peer) => String(count(({ others }) => others[peer] === 'yes')));
  const own = count(({ ours }) => ours.is !== 'no');
  return table(
    ['', 'property', 'this operator', ...peers],
    [
      ...cells,
      [
        '',
        `yes, of ${listed}`,
        `${own}, of which ${count(({ ours }) => ours.is === 'ready')} wait for a pull request`,
        ...sums,
      ],
    ],
  );
}

/** Rows of the list by which all were compared; the others are beyond it. */
const listed = 29;

function link({ file }: Evidence): string {
  return `[${file.split('/').at(-1) ?? file}](../${file})`;
}

async function checkEvidence(root: string, rows: readonly ComparedRow[]): Promise<void> {
  for (const { property, ours } of rows) {
    if (ours.is !== 'no') {
      const { file, words } = ours.evidence;
      const text = await readFile(join(root, file), 'utf8').catch(() => '');
      if (!text.includes(words)) {
        throw new Error(`tools/generate/gitops/rows.ts: "${property}": ${file} does not hold "${words}"`);
      }
    }
  }
}
