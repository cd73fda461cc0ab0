import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse, parseDocument } from 'yaml';
import { chartYaml } from '../generate/chart.ts';
import { type Packed, pack } from './archive.ts';
import { type Descriptor, mediaTypes } from './oci/image.ts';
import { openLayout } from './oci/layout.ts';
import { imageRepository, type Project, root } from './project.ts';

/** Media types of a chart in a registry (Helm, "Use OCI-based registries"). */
const helm = {
  config: 'application/vnd.cncf.helm.config.v1+json',
  chart: 'application/vnd.cncf.helm.chart.content.v1.tar+gzip',
} as const;

/** The chart of a release: an archive that Helm installs, and the same as an artefact of a registry. */
export interface BuiltChart {
  /** `NAME-VERSION.tgz` below the folder of the release. */
  readonly file: string;
  readonly packed: Packed;
  readonly folder: string;
  readonly manifest: Descriptor;
}

/** What a release puts into the chart's metadata for Artifact Hub. */
export interface ChartNotes {
  /** The entries of the changelog, as YAML. */
  readonly changes: string;
}

/**
 * Packs the chart with the release's registry and the digest of its image. So the chart installs this image and no other.
 *
 * @param digest of the operator's image.
 * @param out folder of the release.
 */
export async function buildChart(
  project: Project,
  digest: string,
  notes: ChartNotes,
  created: string,
  out: string,
): Promise<BuiltChart> {
  const stage = join(out, 'chart.work');
  const chart = join(stage, project.name);
  await rm(stage, { recursive: true, force: true });
  await mkdir(stage, { recursive: true });
  await cp(join(root, 'charts', project.name), chart, { recursive: true });
  const metadata = chartYaml(project, {
    'artifacthub.io/images': `- name: ${project.name}\n  image: ${imageRepository(project)}@${digest}\n  platforms: [linux/amd64, linux/arm64]\n`,
    'artifacthub.io/changes': notes.changes,
  });
  await writeFile(join(chart, 'Chart.yaml'), metadata);
  const values = join(chart, 'values.yaml');
  await writeFile(values, withImage(await readFile(values, 'utf8'), imageRepository(project), digest));
  const packed = await pack(stage, [project.name], join(stage, 'chart.tar'));
  const file = `${project.name}-${project.version}.tgz`;
  await writeFile(join(out, file), packed.bytes);
  await rm(stage, { recursive: true });
  const folder = join(out, 'chart');
  const layout = await openLayout(folder);
  const config = await layout.add(helm.config, fieldsOf(parse(metadata)));
  const layer = await layout.add(helm.chart, packed.bytes);
  const manifest = await layout.add(mediaTypes.manifest, {
    schemaVersion: 2,
    mediaType: mediaTypes.manifest,
    config,
    layers: [layer],
    annotations: {
      'org.opencontainers.image.title': project.name,
      'org.opencontainers.image.version': project.version,
      'org.opencontainers.image.description': project.description,
      'org.opencontainers.image.created': created,
    },
  });
  await layout.close(manifest);
  return { file, packed, folder, manifest };
}

/**
 * values.yaml with this image; comments stay.
 *
 * @throws Error when the file has no place for it.
 */
export function withImage(values: string, repository: string, digest: string): string {
  const document = parseDocument(values);
  for (const [key, value] of [
    ['repository', repository],
    ['digest', digest],
  ] as const) {
    if (!document.hasIn(['image', key])) {
      throw new Error(`values.yaml has no image.${key}`);
    }
    document.setIn(['image', key], value);
  }
  return document.toString({ lineWidth: 0 });
}

function fieldsOf(metadata: unknown): object {
  if (typeof metadata !== 'object' || metadata === null) {
    throw new Error('Chart.yaml is no object');
  }
  return metadata;
}
