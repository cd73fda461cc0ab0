import { DockerfileParser, Keyword } from 'dockerfile-ast';
import { managerMissingMarker } from '../../dockerfile/render.ts';
import { oneLine } from './terminal.ts';

/** An instruction of a Dockerfile that runs something or brings files, and so takes time: RUN, COPY or ADD. */
export interface Instruction {
  /** The whole instruction, with white space as `normalised` leaves it. */
  readonly text: string;
  /** For people, short enough for a line: `pip packages`, `RUN make install`. */
  readonly title: string;
}

const working: ReadonlySet<string> = new Set<string>([Keyword.RUN, Keyword.COPY, Keyword.ADD]);
const titleLength = 60;

/** The working instructions of a Dockerfile, in the order in which the builder comes to them. */
export function instructionsOf(dockerfile: string): readonly Instruction[] {
  const lines = dockerfile.split(/\r?\n/);
  return DockerfileParser.parse(dockerfile)
    .getInstructions()
    .filter((instruction) => working.has(instruction.getKeyword()))
    .map((instruction) => {
      const { start, end } = instruction.getRange();
      const text = normalised(lines.slice(start.line, end.line + 1).join('\n'));
      return { text, title: titleOf(text) };
    });
}

/** Whether the builder's words name this instruction. */
export function sameInstruction(instruction: Instruction, printed: string): boolean {
  return instruction.text === normalised(printed);
}

/** The builder joins continued lines and leaves out comments between them; white space says nothing here. */
function normalised(text: string): string {
  return text
    .replaceAll(/(?<=\n)[ \t]*#.*(?:\n|$)/g, '')
    .replaceAll(/\\[ \t]*\r?\n/g, ' ')
    .replaceAll(/\s+/g, ' ')
    .trim();
}

/** The steps that we render are known by the words with which they name a missing package manager. */
function titleOf(text: string): string {
  const manager = text.startsWith('RUN ') ? new RegExp(`${managerMissingMarker} (\\S+?)'`).exec(text)?.[1] : undefined;
  return manager === undefined ? oneLine(text, titleLength) : `${manager.replace('apt-get', 'apt')} packages`;
}
