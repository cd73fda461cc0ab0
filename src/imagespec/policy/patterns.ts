import { formatRepository, normaliseRegistry, type Repository } from '../../oci/reference.ts';

/** What stands for the braces of a pattern or template. */
export interface Placeholders {
  readonly namespace: string;
  readonly name: string;
}

/** A template with `{namespace}` and `{name}` filled in. */
export function filled(template: string, { namespace, name }: Placeholders): string {
  return template.replaceAll('{namespace}', namespace).replaceAll('{name}', name);
}

/**
 * Whether a repository is one of a pattern's: compared segment by segment, after normalisation, so that
 * `registry.example.com` never matches `registry.example.com.evil.example`. `*` stands for text within a segment, a last
 * `**` for one segment or more.
 */
export function matchesPattern(pattern: string, repository: Repository, placeholders: Placeholders): boolean {
  const [host = '', ...path] = filled(pattern, placeholders).split('/');
  const wanted = [normaliseRegistry(host), ...path];
  const given = formatRepository(repository).split('/');
  const rest = wanted.at(-1) === '**';
  const fixed = rest ? wanted.slice(0, -1) : wanted;
  return (
    (rest ? given.length > fixed.length : given.length === fixed.length) &&
    fixed.every((segment, index) => matchesSegment(segment, given[index] ?? ''))
  );
}

/** Linear: each part between two stars is looked for once, from left to right. */
function matchesSegment(pattern: string, text: string): boolean {
  const [first = '', ...others] = pattern.split('*');
  const last = others.pop();
  if (last === undefined) {
    return pattern === text;
  }
  if (!text.startsWith(first) || !text.endsWith(last) || text.length < first.length + last.length) {
    return false;
  }
  const end = text.length - last.length;
  let at = first.length;
  for (const part of others) {
    const found = text.indexOf(part, at);
    if (found === -1 || found + part.length > end) {
      return false;
    }
    at = found + part.length;
  }
  return true;
}
