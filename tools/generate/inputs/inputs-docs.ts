import { checkDocuments } from '../../../src/cli/manifests/checkManifest.ts';
import { readDocuments } from '../../../src/cli/manifests/documents.ts';
import { parseConfig } from '../../../src/config/parse.ts';
import { baseImages } from '../../../src/dockerfile/own/images.ts';
import { channelFault, packageFault } from '../../../src/packages/entries/packageFault.ts';
import { acceptedSpecs } from '../../../test/integration/crd/accepted.ts';
import { manifestOf, refusedSpecs } from '../../../test/integration/crd/cases.ts';
import { differences } from '../../../test/support/grammars/differences.ts';
import { builderDifferences } from '../../../test/support/inputs/builders.ts';
import { acceptedDockerfiles, refusedDockerfiles } from '../../../test/support/inputs/dockerfiles.ts';
import {
  acceptedChannels,
  acceptedPackages,
  refusedChannels,
  refusedPackages,
} from '../../../test/support/inputs/packages.ts';
import { code, generatedFrom, table } from '../markdown.ts';

const longest = 60;

/** docs/inputs.md: what is taken and what is refused, with the message that each gets. The tests read the same tables. */
export function inputsPage(): string {
  const refused = refusedPackages.map(([manager, entry]) => [
    manager,
    shown(entry),
    withoutEntry(packageFault(manager, entry)),
  ]);
  const channels = refusedChannels.map(([entry]) => [shown(entry), withoutEntry(channelFault(entry))]);
  const specs = refusedSpecs.map(([what, spec, field]) => [what, code(field), messageOf(spec, field)]);
  return `${generatedFrom('test/support/inputs and test/integration/crd/refused-*.ts')}
# What may be written

\`kubectl imagespec validate\` and the operator say the same. Every message quotes the entry; here it is in a column of its own.

## Packages that are taken: ${acceptedPackages.length}

${table(
  ['list', 'entry'],
  acceptedPackages.map(([manager, entry]) => [manager, shown(entry)]),
)}
## Specs that are taken: ${acceptedSpecs.length}

${table(
  ['what', 'spec'],
  acceptedSpecs.map(([what, spec]) => [what, shownSpec(spec)]),
)}
## Packages that are refused: ${refused.length}

${table(['list', 'entry', 'message'], refused)}
## Conda channels

Taken: ${acceptedChannels.map(code).join(', ')}.

${table(['refused', 'message'], channels)}
## Fields that are refused: ${specs.length}

By the API server itself, and offline in the same words where the rule has words of its own.

${table(['what', 'field', 'message'], specs)}
## Users' Dockerfiles that are taken: ${acceptedDockerfiles.length}

${table(
  ['Dockerfile', 'images it builds on'],
  acceptedDockerfiles.map(([text, images]) => [shown(text), images.map(code).join(', ') || 'none']),
)}
## Users' Dockerfiles that are refused: ${refusedDockerfiles.length}

${table(
  ['Dockerfile', 'line', 'message'],
  refusedDockerfiles.map(([text, line]) => [shown(text), String(line), dockerfileMessage(text, line)]),
)}
## Where Kaniko differs from Docker: ${builderDifferences.length}

${table(
  ['what', 'Docker', 'Kaniko', 'here'],
  builderDifferences.map(({ what, docker, kaniko, answer }) => [what, docker, kaniko, answer]),
)}
## Beside the real parsers

On 5,000 generated strings each, the grammars agree with Python's packaging and with rattler (conda), but for:

${table(
  ['list', 'we', 'why'],
  differences.map(({ manager, ours, reason }) => [manager, ours === 'takes' ? 'take' : 'refuse', reason]),
)}
A test queries apt-get itself for every accepted entry: it reads the same package.
`;
}

function shown(entry: string): string {
  const text = JSON.stringify(entry.length > longest ? `${entry.slice(0, longest)}…` : entry).replaceAll(
    /[^ -~…]/g,
    (character) => `U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`,
  );
  return text.includes('`') ? text.replaceAll('`', '\\\\`') : code(text);
}

function shownSpec(spec: object): string {
  const text = JSON.stringify(spec);
  return code(text.length > 160 ? `${text.slice(0, 160)}…` : text);
}

/** The message after the entry that it quotes. */
function withoutEntry(fault: string | undefined): string {
  return (fault ?? '').replace(/^"(?:[^"\\]|\\.)*" /, '');
}

function dockerfileMessage(text: string, line: number): string {
  const images = baseImages({ is: 'dockerfile', text }, []);
  const start = `spec.dockerfile line ${line}: `;
  const message = images.ok ? '' : images.failure.message.split('\n').find((one) => one.startsWith(start));
  return (message ?? '').slice(start.length).replaceAll('<', '\\<');
}

function messageOf(spec: object, field: string): string {
  const config = parseConfig('{images: {operator: r.example/o}, output: {repositoryTemplate: "r.example/x/{name}"}}');
  if (!config.ok) {
    throw new Error(config.failure);
  }
  const { documents } = readDocuments({ name: '-', text: manifestOf('row', spec) });
  const found = checkDocuments(documents, config.value).findings.find(({ path }) => path === field);
  const message = found?.message ?? '';
  return message.length > 220 ? `${message.slice(0, 220)}…` : message;
}
