import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join, normalize, relative } from 'node:path';

/** A link of a page into the repository that leads nowhere. */
export interface BrokenLink {
  readonly page: string;
  readonly line: number;
  readonly target: string;
  readonly why: string;
}

/**
 * Links of a page whose file or heading is not there. Addresses of the web are not looked at.
 *
 * @param root of the repository.
 * @param page from the root.
 */
export function brokenLinks(root: string, page: string): readonly BrokenLink[] {
  const text = readFileSync(join(root, page), 'utf8');
  return linksOf(text).flatMap(({ line, target }) => {
    if (/^[a-z][a-z+.-]*:/i.test(target)) {
      return [];
    }
    const [path = '', anchor] = target.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), decodeURIComponent(path)));
    if (relative('.', file).startsWith('..') || !existsSync(join(root, file))) {
      return [{ page, line, target, why: 'there is no such file' }];
    }
    if (anchor === undefined || statSync(join(root, file)).isDirectory() || !file.endsWith('.md')) {
      return [];
    }
    return anchorsOf(readFileSync(join(root, file), 'utf8')).has(anchor)
      ? []
      : [{ page, line, target, why: 'the page has no such heading' }];
  });
}

/** The links and pictures of a page, without those in code. */
export function linksOf(text: string): readonly { readonly line: number; readonly target: string }[] {
  let isCode = false;
  return text.split('\n').flatMap((content, index) => {
    if (content.trimStart().startsWith('```')) {
      isCode = !isCode;
    }
    return isCode
      ? []
      : [...content.replaceAll(/`[^`]*`/g, '``').matchAll(/\]\(<?([^)\s>]+)>?(?: "[^"]*")?\)/g)].map(
          ([, target = '']) => ({
            line: index + 1,
            target,
          }),
        );
  });
}

/** The anchors of a page's headings, as GitHub makes them; a second one of a name gets a number. */
export function anchorsOf(text: string): ReadonlySet<string> {
  const anchors = new Set<string>();
  let isCode = false;
  for (const line of text.split('\n')) {
    if (line.trimStart().startsWith('```')) {
      isCode = !isCode;
    }
    const heading = isCode ? undefined : /^#{1,6} +(.+?) *#*$/.exec(line)?.[1];
    for (const [, id = ''] of isCode ? [] : line.matchAll(/<a (?:id|name)="([^"]+)"/g)) {
      anchors.add(id);
    }
    if (heading !== undefined) {
      const plain = heading.replaceAll(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase();
      const slug = plain.replaceAll(/[^\p{L}\p{N}\p{M}_ -]/gu, '').replaceAll(' ', '-');
      const taken = [...anchors].filter((one) => one === slug || one.startsWith(`${slug}-`)).length;
      anchors.add(anchors.has(slug) ? `${slug}-${taken}` : slug);
    }
  }
  return anchors;
}
