/**
 * `npm run release`: makes every artefact of a release into `release/` and publishes them. `--dry-run` pushes them to a
 * registry on this machine instead. docs/releasing.md describes it.
 */
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { stringify } from 'yaml';
import { craneBinary } from '../cluster/artifacts/binaries.ts';
import { debianTools } from '../cluster/artifacts/debian.ts';
import { startRegistry } from '../cluster/artifacts/registry.ts';
import { run } from '../cluster/artifacts/run.ts';
import { say, stage } from '../cluster/progress.ts';
import { sha256 } from './archive.ts';
import { type BuiltChart, buildChart } from './chart.ts';
import { type Crane, craneOf } from './crane.ts';
import { changesOf, sectionOf, unreleased } from './documents/changelog.ts';
import { checksums, krewManifest } from './documents/krew.ts';
import { notesOf, summaryOf } from './documents/notes.ts';
import { builderOf, provenance, type Subject } from './documents/provenance.ts';
import { goModules, packagesBom, withParts } from './documents/sbom.ts';
import { type Base, resolveBases } from './image/bases.ts';
import { imagesOf, recipeOf } from './image/dockerfile.ts';
import { type BuiltImage, buildOperatorImage } from './image/operatorImage.ts';
import { standInRegistry } from './image/standIns.ts';
import { architectures } from './oci/image.ts';
import { type Options, optionsOf, usage } from './options.ts';
import { prepare } from './prepare.ts';
import { buildExecutables, type Made } from './program/executables.ts';
import { chartFolder, hasAddress, imageRepository, type Project, readProject, root } from './project.ts';
import { publish, referrer, referrerTag } from './publish.ts';
import { faultsBefore, faultsOfParts } from './refusals.ts';
import { type Commit, readCommit } from './source.ts';

const out = join(root, 'release');

try {
  const options = optionsOf(process.argv.slice(2), parseArgs);
  switch (options.is) {
    case 'help':
      process.stdout.write(usage);
      break;
    case 'prepare':
      await prepare(options.version);
      break;
    case 'release':
      await release(options);
      break;
  }
} catch (error) {
  say(`✗ ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

async function release(options: Options): Promise<void> {
  const commit = await readCommit();
  const project = { ...readProject(), ...options.place };
  const changelog = await readFile(join(root, 'CHANGELOG.md'), 'utf8');
  const section = sectionOf(changelog, project.version) ?? sectionOf(changelog, unreleased) ?? '';
  if (options.mode === 'publish') {
    refuse(faultsBefore(project, commit, sectionOf(changelog, project.version)));
  }
  await rm(out, { recursive: true, force: true });
  await mkdir(out, { recursive: true });
  const program = await craneBinary();
  const crane = craneOf(program, options.tls);
  const local = options.mode === 'dry run' ? await loopback() : undefined;
  // What a dry run makes is what a release would be; only the place of the push differs.
  const target = local === undefined ? project : { ...project, registry: local.host };
  try {
    await stage('bundle', () =>
      run(join(root, 'node_modules', '.bin', 'rolldown'), ['--config', 'rolldown.config.ts'], { cwd: root }),
    );
    const { bases, image } = await operatorImage(crane, program, project, commit, options);
    const notes = { changes: stringify(changesOf(section)) };
    const chart = await stage('chart', () => buildChart(project, image.index.digest, notes, commit.time, out));
    const made = await stage('command line', () => buildExecutables(project, options.targets, out));
    if (options.mode === 'publish') {
      refuse(faultsOfParts(made));
    }
    await stage('documents', () => documents(project, commit, bases, image, chart, made, section));
    const pushed = await stage(`push to ${target.registry}`, () => push(crane, target, image, chart));
    await writeFile(join(out, 'pushed.txt'), pushed.map((reference) => `${reference}\n`).join(''));
    say(summaryOf({ project, bases, image, chart, made, pushed, out }));
  } finally {
    await local?.stop();
  }
}

/** @throws Error with every fault, when there is one. */
function refuse(faults: readonly string[]): void {
  if (faults.length > 0) {
    throw new Error(`nothing was released:\n- ${faults.join('\n- ')}`);
  }
}

async function loopback() {
  const tools = await debianTools();
  const folder = join(out, 'registry');
  await mkdir(folder, { recursive: true });
  return startRegistry(tools.path('docker-registry'), folder);
}

async function operatorImage(
  crane: Crane,
  program: string,
  project: Project,
  commit: Commit,
  { standIns: allowed }: Options,
): Promise<{ readonly bases: readonly Base[]; readonly image: BuiltImage }> {
  const recipe = recipeOf(await readFile(join(root, 'Dockerfile'), 'utf8'));
  let stand: Awaited<ReturnType<typeof standInRegistry>> | undefined;
  const standIns = async (why: string) => {
    if (allowed === 'refused') {
      throw new Error(`only a dry run takes stand-ins for the operator's bases; ${why}`);
    }
    stand ??= await standInRegistry(program, join(out, 'bases'));
    return stand.host;
  };
  try {
    const bases = await stage('bases', () => resolveBases(crane, imagesOf(recipe), standIns));
    const labels = {
      'org.opencontainers.image.title': project.name,
      'org.opencontainers.image.description': project.description,
      'org.opencontainers.image.version': project.version,
      'org.opencontainers.image.revision': commit.hash,
      'org.opencontainers.image.created': commit.time,
      'org.opencontainers.image.licenses': project.license,
      // An address for examples is none that an image may name.
      ...(hasAddress(project) ? { 'org.opencontainers.image.source': project.url } : {}),
    };
    const source = { recipe, bases, context: root, labels, created: commit.time };
    const image = await stage("operator's image", () =>
      buildOperatorImage(crane, source, join(out, 'image'), architectures),
    );
    return { bases, image };
  } finally {
    await stand?.stop();
    await rm(join(out, 'bases'), { recursive: true, force: true });
  }
}

/** Bill of materials, checksums, krew's manifest, the text of the release, and where all of it is from. */
async function documents(
  project: Project,
  commit: Commit,
  bases: readonly Base[],
  image: BuiltImage,
  chart: BuiltChart,
  made: readonly Made[],
  section: string,
): Promise<void> {
  const archives = made.flatMap((one) => (one.is === 'made' ? [one.archive] : []));
  const buildInfo = await run('go', ['version', '-m', await craneBinary()]);
  const bom = `${JSON.stringify(withParts(await packagesBom(), goModules(buildInfo)), null, 2)}\n`;
  const install = (await readFile(join(root, 'deploy', 'install.yaml'), 'utf8')).replaceAll(
    /(?<=image: |operator: )\S+\/imagespec-operator:\S+/g,
    `${imageRepository(project)}@${image.index.digest}`,
  );
  const files = [
    { name: 'sbom.cdx.json', text: bom },
    { name: 'install.yaml', text: install },
    { name: 'imagespec.krew.yaml', text: krewManifest(project, archives) },
  ];
  const listed = [
    ...archives.map(({ file, sha256: sum }) => ({ name: file, sha256: sum })),
    { name: chart.file, sha256: chart.packed.sha256 },
    ...files.map(({ name, text }) => ({ name, sha256: sha256(text) })),
  ];
  const hex = (digest: string) => digest.slice('sha256:'.length);
  const subjects: readonly Subject[] = [
    { name: imageRepository(project), sha256: hex(image.index.digest) },
    { name: `${chartFolder(project)}/${project.name}`, sha256: hex(chart.manifest.digest) },
    ...listed,
  ];
  const statement = provenance(project, { commit: commit.hash, bases }, builderOf(process.env), subjects);
  const all = [
    ...files,
    { name: 'provenance.intoto.json', text: `${JSON.stringify(statement, null, 2)}\n` },
    { name: 'checksums.txt', text: checksums(listed) },
    { name: 'notes.md', text: notesOf({ project, bases, image, chart, made }, section) },
  ];
  await Promise.all(all.map(({ name, text }) => writeFile(join(out, name), text)));
}

async function push(crane: Crane, project: Project, image: BuiltImage, chart: BuiltChart): Promise<readonly string[]> {
  const tag = project.version;
  const repository = imageRepository(project);
  const charts = `${chartFolder(project)}/${project.name}`;
  const bom = await readFile(join(out, 'sbom.cdx.json'), 'utf8');
  const sbom = await referrer(join(out, 'sbom'), image.index, 'application/vnd.cyclonedx+json', bom);
  return [
    await publish(crane, { folder: image.folder, repository, tag, entry: image.index }),
    await publish(crane, { folder: join(out, 'sbom'), repository, tag: referrerTag(image.index, 'sbom'), entry: sbom }),
    await publish(crane, { folder: chart.folder, repository: charts, tag, entry: chart.manifest }),
  ];
}
