import { group, kind, version } from '../../api/names.ts';
import { freeze as freezeSpec } from '../../jupyterhub/contents/freeze.ts';
import type { BuildContents } from '../../packages/contents/contents.ts';
import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, unreadable } from '../io.ts';
import { type ClusterOptions, withImageSpec } from '../live/cluster.ts';
import { contentsOfDigest, readContents } from '../live/contents.ts';
import type { SeenImageSpec } from '../live/projections.ts';
import { faultsOfOutput } from '../manifests/outputCheck.ts';
import { manifestText } from '../manifests/yaml.ts';

/** `kubectl imagespec freeze`: the ImageSpec as a manifest that pins the current contents of its image. */
export async function freeze(name: string, options: ClusterOptions, io: CommandIo): Promise<ExitCode> {
  return withImageSpec(name, options, io, async (cluster, imageSpec) => {
    const digest = imageSpec.status.contents?.digest;
    if (digest === undefined) {
      return unreadable(
        io,
        `ImageSpec "${name}" has no image with known packages yet (status.contents); wait for its build`,
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
    for (const note of [...frozen.notes, ...faults]) {
      io.err(`${note}\n`);
    }
    return frozen.notes.length === 0 && faults.length === 0 ? exitCodes.ok : exitCodes.findings;
  });
}

/** Labels stay, because a Hub may select by them. Annotations go: most are requests, or belong to other tools. */
function manifestOf(
  { namespace, name, labels }: SeenImageSpec,
  spec: SeenImageSpec['spec'],
  { number, image }: BuildContents,
): string {
  const metadata = { name, namespace, ...(Object.keys(labels).length === 0 ? {} : { labels }) };
  return manifestText({ apiVersion: `${group}/${version}`, kind, metadata, spec }, ` As build ${number}: ${image}`);
}
