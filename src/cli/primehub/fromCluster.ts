import { failed, ok, type Result } from '../../api/result.ts';
import { listAll } from '../../kubernetes/client/list.ts';
import type { InputFile } from '../io.ts';
import { type ConnectionFlags, openConnection } from '../live/cluster.ts';

const pageSize = 500;
const api = 'primehub.io/v1alpha1';
const plurals = ['images', 'imagespecs', 'imagespecjobs'] as const;

/**
 * All objects of PrimeHub that hold images, as one file with a YAML list for each kind. Nothing is written.
 * @param flags of the connection
 * @param namespace undefined: all
 */
export async function primehubOfCluster(
  flags: ConnectionFlags,
  namespace: string | undefined,
): Promise<Result<readonly InputFile[], string>> {
  const opened = openConnection(flags);
  if (!opened.ok) {
    return opened;
  }
  const connection = opened.value;
  try {
    const files: InputFile[] = [];
    for (const plural of plurals) {
      const items: unknown[] = [];
      const scope = namespace === undefined ? '' : `namespaces/${encodeURIComponent(namespace)}/`;
      const end = await listAll(connection, {
        resource: { path: `/apis/${api}/${scope}${plural}` },
        pageSize,
        notBefore: '0',
        onItem: (item) => items.push(item),
      });
      if (end.is === 'failed') {
        return failed(
          `${end.message}; is this the cluster with PrimeHub (${plural}.primehub.io), and may you list them?`,
        );
      }
      files.push({
        name: `${plural}.primehub.io`,
        text: JSON.stringify({ apiVersion: 'v1', kind: 'List', items }),
      });
    }
    return ok(files);
  } finally {
    await connection.close();
  }
}
