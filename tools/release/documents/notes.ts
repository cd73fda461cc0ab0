import type { BuiltChart } from '../chart.ts';
import type { Base } from '../image/bases.ts';
import type { BuiltImage } from '../image/operatorImage.ts';
import type { Made } from '../program/executables.ts';
import { chartFolder, imageRepository, type Project } from '../project.ts';

/** What was made. */
export interface Results {
  readonly project: Project;
  readonly bases: readonly Base[];
  readonly image: BuiltImage;
  readonly chart: BuiltChart;
  readonly made: readonly Made[];
}

function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}

/** One line for each platform of the command line. */
function programLines(made: readonly Made[]): readonly string[] {
  return made.map((one) => {
    if (one.is === 'left out') {
      return `${one.target}: left out: ${one.why}`;
    }
    const { target, file, size, executableSize } = one.archive;
    const tried = `${process.platform}-${process.arch}` === target ? '' : ', untried here';
    const signature = one.signed === 'unsigned' ? ', unsigned: sign it before you run it (codesign --sign -)' : '';
    return `${file}: ${megabytes(size)}, ${megabytes(executableSize)} unpacked${tried}${signature}`;
  });
}

/** The text of the release: what changed, how to install it, and from what it was made. */
export function notesOf({ project, bases, image, chart, made }: Results, section: string): string {
  return `${section}

## Install

\`\`\`
helm install imagespec-operator oci://${chartFolder(project)}/${project.name} --version ${project.version} \\
  --namespace imagespec-operator-system --create-namespace --values my-values.yaml
\`\`\`

## Contents

- \`${imageRepository(project)}:${project.version}@${image.index.digest}\`, linux/amd64 (${megabytes(image.sizes.amd64)}) and linux/arm64 (${megabytes(image.sizes.arm64)})
- \`${chartFolder(project)}/${project.name}:${project.version}@${chart.manifest.digest}\`
${programLines(made)
  .map((line) => `- ${line}\n`)
  .join(
    '',
  )}- \`checksums.txt\`, \`sbom.cdx.json\`, \`provenance.intoto.json\`, \`imagespec.krew.yaml\`, \`install.yaml\`

Bases:

${bases.map(({ name, digest, is }) => `- \`${name}@${digest}\`${is === 'stand-in' ? ', a stand-in: the registry did not answer' : ''}\n`).join('')}`;
}

/** What the command prints at its end. */
export function summaryOf({
  bases,
  image,
  chart,
  made,
  pushed,
  out,
}: Results & { readonly pushed: readonly string[]; readonly out: string }): string {
  const stands = bases.filter(({ is }) => is === 'stand-in').map(({ name }) => name);
  return [
    '',
    `In ${out}:`,
    `  image         ${image.index.digest} (amd64 ${megabytes(image.sizes.amd64)}, arm64 ${megabytes(image.sizes.arm64)})`,
    `  chart         ${chart.file}, ${chart.manifest.digest}`,
    ...programLines(made).map((line) => `  command line  ${line}`),
    ...(stands.length === 0 ? [] : [`Stand-ins, so that this is no release: ${stands.join(', ')}`]),
    'Pushed:',
    ...pushed.map((reference) => `  ${reference}`),
  ].join('\n');
}
