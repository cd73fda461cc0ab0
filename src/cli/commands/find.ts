import { findIn, type Hit, readWanted, type Wanted } from '../../packages/found/wanted.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { type Cluster, listImageSpecs, type ScopeOptions, withCluster } from '../live/cluster.ts';
import { contentsOfDigest, readContents } from '../live/contents.ts';
import type { SeenImageSpec } from '../live/projections.ts';
import { aligned } from '../live/terminal.ts';

export interface FindOptions extends ScopeOptions {
  readonly output: 'text' | 'json';
}

/** An image with a package that is as wanted. */
interface FoundImage {
  readonly imageSpec: SeenImageSpec;
  readonly image: string;
  readonly hits: readonly Hit[];
}

/** Lists that are read at the same time. */
const concurrency = 8;

/**
 * `kubectl imagespec find`: which images have a package, by the package lists that the operator keeps. Like grep(1), `findings`
 * when none has it.
 */
export function find(requirement: string, options: FindOptions, io: CommandIo): Promise<ExitCode> {
  const wanted = readWanted(requirement);
  if (!wanted.ok) {
    io.err(`${wanted.failure}\n`);
    return Promise.resolve(exitCodes.usage);
  }
  return withCluster(options, io, async (cluster) => {
    const listed = await listImageSpecs(cluster, options);
    if (!listed.ok) {
      return unreadable(io, listed.failure);
    }
    const found: FoundImage[] = [];
    let unread = 0;
    for (let start = 0; start < listed.value.length; start += concurrency) {
      const some = listed.value.slice(start, start + concurrency);
      for (const outcome of await Promise.all(some.map((imageSpec) => search(cluster, imageSpec, wanted.value)))) {
        switch (outcome.is) {
          case 'searched':
            found.push(outcome.found);
            break;
          case 'noImage':
            break;
          case 'unread':
            unread += 1;
            io.err(`${outcome.why}\n`);
            break;
        }
      }
    }
    const having = found.filter(({ hits }) => hits.some(({ is }) => is === 'match'));
    for (const { imageSpec, hits } of found) {
      for (const hit of hits.filter(({ is }) => is === 'incomparable')) {
        io.err(
          `${imageSpec.namespace}/${imageSpec.name}: ${hit.list} ${hit.package.name} ${hit.package.version}: this version cannot be compared; look at it yourself\n`,
        );
      }
    }
    io.out(options.output === 'json' ? `${JSON.stringify(having.map(asJson), null, 2)}\n` : asText(having));
    io.err(`${having.length} of ${found.length} images${unread === 0 ? '' : `, ${unread} not read`}\n`);
    if (unread > 0) {
      return exitCodes.unreadable;
    }
    return having.length > 0 ? exitCodes.ok : exitCodes.findings;
  });
}

type Outcome =
  | { readonly is: 'searched'; readonly found: FoundImage }
  | { readonly is: 'noImage' }
  | { readonly is: 'unread'; readonly why: string };

async function search(cluster: Cluster, imageSpec: SeenImageSpec, wanted: Wanted): Promise<Outcome> {
  const { namespace, name, status } = imageSpec;
  if (status.image === undefined) {
    return { is: 'noImage' };
  }
  const lists = await readContents({ ...cluster, namespace }, imageSpec);
  if (!lists.ok) {
    return { is: 'unread', why: `${namespace}/${name}: ${lists.failure}` };
  }
  const contents = contentsOfDigest(lists.value, status.image.slice(status.image.indexOf('@') + 1));
  return contents.ok
    ? {
        is: 'searched',
        found: { imageSpec, image: contents.value.image, hits: findIn(contents.value.contents, wanted) },
      }
    : { is: 'unread', why: `${namespace}/${name}: ${contents.failure}` };
}

function matches({ hits }: FoundImage): readonly Hit[] {
  return hits.filter(({ is }) => is === 'match');
}

function asText(found: readonly FoundImage[]): string {
  const rows = found.flatMap((one) =>
    matches(one).map(({ list, package: { name, version } }) => [
      one.imageSpec.namespace,
      one.imageSpec.name,
      list,
      name,
      version,
    ]),
  );
  return rows.length === 0
    ? ''
    : `${aligned([['NAMESPACE', 'IMAGESPEC', 'MANAGER', 'PACKAGE', 'VERSION'], ...rows]).join('\n')}\n`;
}

function asJson(found: FoundImage): object {
  const { namespace, name } = found.imageSpec;
  return {
    namespace,
    name,
    image: found.image,
    packages: matches(found).map(({ list, package: entry }) => ({
      manager: list,
      name: entry.name,
      version: entry.version,
    })),
  };
}
