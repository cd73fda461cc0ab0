import { conditionOf } from '../../api/conditions.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { listImageSpecs, type ScopeOptions, withCluster } from '../live/cluster.ts';
import type { SeenImageSpec } from '../live/projections.ts';
import { type Standing, standingOf } from '../live/status/standing.ts';
import { aligned, oneLine, type Terminal, type Tint, tinted } from '../live/terminal.ts';

export interface ListOptions extends ScopeOptions {
  readonly output: 'text' | 'json';
}

const leastMessage = 20;
/** A pipe and a file have no width. */
const longestMessage = 500;

/** `kubectl imagespec status` without a name: where each ImageSpec stands. Ends with `findings` when one has failed. */
export function listStatus(options: ListOptions, io: CommandIo): Promise<ExitCode> {
  return withCluster(options, io, async (cluster) => {
    const found = await listImageSpecs(cluster, options);
    if (!found.ok) {
      return unreadable(io, found.failure);
    }
    const rows = found.value.map((imageSpec) => ({
      imageSpec,
      standing: standingOf({ imageSpec, jobs: [], pods: [] }),
    }));
    if (options.output === 'json') {
      io.out(`${JSON.stringify(rows.map(asJson), null, 2)}\n`);
    } else if (rows.length === 0) {
      const where = `namespace "${cluster.namespace}"; -A lists those of all namespaces`;
      io.err(`no ImageSpec in ${options.allNamespaces === true ? 'any namespace' : where}\n`);
    } else {
      const scope = options.allNamespaces === true ? 'with namespaces' : 'one namespace';
      io.out(`${listLines(rows, scope, io.terminal).join('\n')}\n`);
    }
    return rows.some(({ standing }) => standing.is === 'failed') ? exitCodes.findings : exitCodes.ok;
  });
}

interface Row {
  readonly imageSpec: SeenImageSpec;
  readonly standing: Standing;
}

const words = { underWay: 'under way', ready: 'ready', failed: 'not ready', suspended: 'suspended' } as const;
const tints = { underWay: 'cyan', ready: 'green', failed: 'red', suspended: 'yellow' } as const satisfies Record<
  Standing['is'],
  Tint
>;

/** A table with the message in what is left of the row. */
export function listLines(
  rows: readonly Row[],
  scope: 'with namespaces' | 'one namespace',
  terminal: Terminal | undefined,
): readonly string[] {
  const head = [...(scope === 'with namespaces' ? ['NAMESPACE'] : []), 'NAME', 'STATE', 'STATUS', 'JUPYTERHUB'];
  const cells = rows.map(({ imageSpec, standing }) => [
    ...(scope === 'with namespaces' ? [imageSpec.namespace] : []),
    imageSpec.name,
    words[standing.is],
    standing.reason,
    verdictOf(imageSpec),
  ]);
  const table = aligned([head, ...cells]);
  const width = Math.max(...table.map((line) => line.length)) + 2;
  const room = terminal === undefined ? longestMessage : Math.max(terminal.columns - width, leastMessage);
  return table.map((line, index) => {
    const row = rows[index - 1];
    // What is well needs no words.
    const message = row === undefined || row.standing.is === 'ready' ? '' : row.standing.message;
    const shown = row === undefined ? line : tintedState(line, row.standing, terminal);
    const title = row === undefined ? 'MESSAGE' : oneLine(message, room);
    return title === '' ? shown : `${shown}${' '.repeat(width - line.length)}${title}`;
  });
}

function tintedState(line: string, standing: Standing, terminal: Terminal | undefined): string {
  return line.replace(` ${standing.reason}`, () => ` ${tinted(terminal, tints[standing.is], standing.reason)}`);
}

function verdictOf({ status }: SeenImageSpec): string {
  return conditionOf(status, 'JupyterHubCompatible')?.reason ?? '-';
}

function asJson({ imageSpec, standing }: Row): object {
  const { namespace, name, generation, status } = imageSpec;
  return {
    namespace,
    name,
    generation,
    state: standing.is,
    reason: standing.reason,
    message: standing.message,
    ...(status.image === undefined ? {} : { image: status.image }),
    jupyterHub: verdictOf(imageSpec),
  };
}
