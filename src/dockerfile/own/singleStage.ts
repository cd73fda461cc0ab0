import { instructionOf } from '../reading/instruction.ts';
import { readLines } from '../reading/lines.ts';

/**
 * Instructions that change the same files and the same configuration, however the base got under them. COPY and ADD take
 * files from elsewhere, and VOLUME hides a folder.
 */
const sameOnAnyBase: ReadonlySet<string> = new Set([
  'ARG',
  'CMD',
  'ENTRYPOINT',
  'ENV',
  'EXPOSE',
  'FROM',
  'HEALTHCHECK',
  'LABEL',
  'MAINTAINER',
  'ONBUILD',
  'RUN',
  'SHELL',
  'STOPSIGNAL',
  'USER',
  'WORKDIR',
]);

/**
 * Why the image of a Dockerfile might differ if its steps ran in a container of the base; undefined when it cannot. Kaniko
 * empties the whole file system between two stages (pkg/executor/build.go, `DeleteFilesystem`).
 */
export function stageFault(text: string): string | undefined {
  const instructions = readLines(text).lines.map(instructionOf);
  const stages = instructions.filter(({ keyword }) => keyword === 'FROM').length;
  if (stages !== 1) {
    return `the Dockerfile has ${stages} stages`;
  }
  const other = instructions.find(({ keyword }) => !sameOnAnyBase.has(keyword));
  if (other !== undefined) {
    return `the Dockerfile has ${other.keyword.slice(0, longestShown)} in line ${other.joined.first}`;
  }
  // The builder fills the variables of a label twice where it looks for the base in its local cache (pkg/commands/label.go).
  const label = instructions.find(({ keyword, rest }) => keyword === 'LABEL' && rest.text.includes('$'));
  return label === undefined ? undefined : `the Dockerfile has a label with a variable in line ${label.joined.first}`;
}

const longestShown = 20;
