import { type ExitCode, exitCodes } from '../exitCodes.ts';
import { type CommandIo, readFiles, unreadable } from '../io.ts';
import type { ConnectionFlags } from '../live/cluster.ts';
import { readDocuments } from '../manifests/documents.ts';
import { formatFinding } from '../manifests/finding.ts';
import { faultsOfOutput } from '../manifests/outputCheck.ts';
import { manifestText } from '../manifests/yaml.ts';
import { convert, type Manifest, type Note } from '../primehub/convert.ts';
import { primehubOfCluster } from '../primehub/fromCluster.ts';
import { primehubObject } from '../primehub/objects.ts';

export interface ImportPrimehubOptions extends ConnectionFlags {
  readonly filename?: readonly string[];
  /** Read from the cluster instead of files. */
  readonly fromCluster?: true;
  readonly namespace?: string;
  /** Whether an unconverted part makes the command fail. */
  readonly strict?: true;
}

/** `kubectl imagespec import-primehub`: PrimeHub's Images, ImageSpecs and ImageSpecJobs as ImageSpecs. */
export async function importPrimehub(options: ImportPrimehubOptions, io: CommandIo): Promise<ExitCode> {
  if ((options.filename === undefined) === (options.fromCluster === undefined)) {
    io.err('write either --filename PATH or --from-cluster\n');
    return exitCodes.usage;
  }
  const files =
    options.filename === undefined
      ? await primehubOfCluster(options, options.namespace)
      : await readFiles(options.filename, io);
  if (!files.ok) {
    return unreadable(io, files.failure);
  }
  const read = files.value.map(readDocuments);
  const faults = read.flatMap(({ findings }) => findings.map(formatFinding));
  const notes: Note[] = [];
  const manifests: Manifest[] = [];
  for (const document of read.flatMap(({ documents }) => documents)) {
    const object = primehubObject.safeParse(document.value);
    if (!object.success) {
      const { line, column } = document.placeOf([]);
      faults.push(
        `${document.file}:${line}:${column}: no Image, ImageSpec or ImageSpecJob of primehub.io/v1alpha1: ${issueOf(object.error)}`,
      );
      continue;
    }
    const converted = convert(object.data);
    notes.push(...converted.notes);
    if (converted.manifest !== null) {
      manifests.push(uniquelyNamed(converted.manifest, manifests, object.data.kind, notes));
    }
  }
  const output = manifests.map((manifest) => `---\n${manifestText(manifest, null)}`).join('');
  io.out(output);
  faults.push(...faultsOfOutput(output));
  for (const line of [...faults, ...notes.map(({ object, field, message }) => `${object}: ${field}: ${message}`)]) {
    io.err(`${line}\n`);
  }
  io.err(
    `${manifests.length} converted, ${notes.length} notes${faults.length === 0 ? '' : `, ${faults.length} faults`}\n`,
  );
  const clean = faults.length === 0 && (notes.length === 0 || options.strict === undefined);
  return clean ? exitCodes.ok : exitCodes.findings;
}

function issueOf({
  issues,
}: {
  readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
}): string {
  const [first] = issues;
  return first === undefined ? 'it has another form' : `${first.path.map(String).join('.')}: ${first.message}`;
}

/** In PrimeHub an Image and its ImageSpecJob share a name: the later one gets its kind as a suffix. */
function uniquelyNamed(manifest: Manifest, before: readonly Manifest[], kind: string, notes: Note[]): Manifest {
  const { name, namespace } = manifest.metadata;
  const isTaken = (candidate: string) =>
    before.some(({ metadata }) => metadata.name === candidate && metadata.namespace === namespace);
  if (!isTaken(name)) {
    return manifest;
  }
  const ending = kind.toLowerCase();
  const candidates = [ending, ...Array.from({ length: before.length + 1 }, (_, index) => `${ending}-${index + 2}`)];
  const free = candidates.map((candidate) => `${name}-${candidate}`).find((candidate) => !isTaken(candidate)) ?? name;
  notes.push({
    object: `${kind} ${name}`,
    field: 'metadata.name',
    message: `another object has this name; this one is now ${free}`,
  });
  return { ...manifest, metadata: { ...manifest.metadata, name: free } };
}
