import { createHash } from 'node:crypto';

const longest = 63;
const hashDigits = 8;

/**
 * What names an entry of the list in forms, links and users' saved choices: `NAMESPACE_NAME`, which no other ImageSpec
 * has, as neither part may hold `_`. Where that is too long, or holds a dot (a template's selector) or `--` (which
 * KubeSpawner puts between the slug and an option), it is made fit and ends in a hash of the full name.
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
