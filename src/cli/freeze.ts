import { Document } from 'yaml';
import { group, kind, version } from '../api/names.ts';
import { freeze as freezeSpec } from '../jupyterhub/contents/freeze.ts';
import type { BuildContents } from '../packages/contents/contents.ts';
import { type ClusterOptions, withImageSpec } from './cluster.ts';
import { type ExitCode, exitCodes } from './exitCodes.ts';
import { type CommandIo, unreadable } from './io.ts';
import { contentsOfDigest, readContents } from './live/contents.ts';
import type { SeenImageSpec } from './live/projections.ts';
import { faultsOfOutput } from './outputCheck.ts';

/** `kubectl imagespec freeze`: the ImageSpec as a manifest that asks for what its image has now. */
export async function freeze(name: string, options: ClusterOptions, io: CommandIo): Promise<ExitCode> {
  return withImageSpec(name, options, io, async (cluster, imageSpec) => {
    const digest = imageSpec.status.contents?.digest;
    if (digest === undefined) {
      return unreadable(
        io,
        `ImageSpec "${name}" has no image yet whose packages are known (status.contents); wait for its build`,
      );
    }
    const lists = await readContents(cluster, imageSpec);
    if (!lists.ok) {
      return unreadable(io, lists.failure);
    }
    const built = contentsOfDigest(lists.value, digest);
    if (!built.ok) {
      return unreadable(io, built.failure);
    }
    const frozen = freezeSpec(imageSpec.spec, built.value);
    const manifest = manifestOf(imageSpec, frozen.spec, built.value);
    const faults = faultsOfOutput(manifest);
    io.out(manifest);
    for (const told of [...frozen.notes, ...faults]) {
      io.err(`${told}\n`);
    }
    return frozen.notes.length === 0 && faults.length === 0 ? exitCodes.ok : exitCodes.findings;
  });
}

/** Labels stay, as a Hub may choose by them; annotations go: most are requests, or somebody else's notes. */
function manifestOf(
  { namespace, name, labels }: SeenImageSpec,
  spec: SeenImageSpec['spec'],
  { number, image }: BuildContents,
): string {
  const metadata = { name, namespace, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
  // As kubectl reads it: `no` and `12:30` are no texts in YAML 1.1.
  const document = new Document({ apiVersion: `${group}/${version}`, kind, metadata, spec }, { version: '1.1' });
  document.commentBefore = ` As build ${number}: ${image}`;
  return document.toString({ lineWidth: 0 });
}
