import { failed, ok, type Result } from '../../api/result.ts';
import { connect } from '../../kubernetes/client/connection.ts';
import { listAll } from '../../kubernetes/client/list.ts';
import type { InputFile } from '../io.ts';

const pageSize = 500;
const api = 'primehub.io/v1alpha1';
const plurals = ['images', 'imagespecs', 'imagespecjobs'] as const;

/**
 * All objects of PrimeHub that hold images, as one file with a YAML list for each kind. Nothing is written.
 * @param context of the kubeconfig; undefined: the current one
 * @param namespace undefined: all
 */
export async function primehubOfCluster(
  context: string | undefined,
  namespace: string | undefined,
): Promise<Result<readonly InputFile[], string>> {
  const connection = connect(
    { is: 'default', ...(context === undefined ? {} : { context }) },
    { userAgent: 'kubectl-imagespec' },
  );
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
