import { createHash } from 'node:crypto';

const longest = 63;
const hashDigits = 8;

/**
 * Identifies an entry of the list in forms, links and users' saved choices: `NAMESPACE_NAME`. It is unique, because
 * neither part may contain `_`. Some names are adapted, and end in a hash of the full name: one that is too long, or
 * contains a dot (a template's selector) or `--` (KubeSpawner's separator of slug and option).
 */
export function slugOf(namespace: string, name: string): string {
  const plain = `${namespace}_${name}`;
  if (plain.length <= longest && !/\.|--/.test(plain)) {
    return plain;
  }
  const hash = createHash('sha256').update(`${namespace}/${name}`, 'utf8').digest('hex').slice(0, hashDigits);
  const fit = plain.replaceAll(/[.-]+/g, '-').slice(0, longest - hashDigits - 1);
  return `${fit}_${hash}`;
}
