import { readFile, writeFile } from 'node:fs/promises';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { type Kubectl, succeed } from './kubectl.ts';

const kubeconfig = z.looseObject({ users: z.array(z.looseObject({ name: z.string() })) });

/** Writes a kubeconfig with which a program has the rights of a ServiceAccount and no others. */
export async function writeServiceAccountKubeconfig(
  file: string,
  admin: { readonly kubeconfig: string; readonly kubectl: Kubectl },
  account: { readonly namespace: string; readonly name: string },
): Promise<string> {
  const token = await succeed(admin.kubectl(['create', 'token', account.name, '-n', account.namespace]));
  const content = kubeconfig.parse(parse(await readFile(admin.kubeconfig, 'utf8')));
  const users = content.users.map(({ name }) => ({ name, user: { token: token.trim() } }));
  await writeFile(file, stringify({ ...content, users }), { mode: 0o600 });
  return file;
}
