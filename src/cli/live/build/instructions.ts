import { instructionOf } from '../../../dockerfile/reading/instruction.ts';
import { readLines } from '../../../dockerfile/reading/lines.ts';
import { managerMissingMarker } from '../../../packages/step.ts';
import { oneLine } from '../terminal.ts';

/** An instruction of a Dockerfile that takes time because it runs a command or copies files: RUN, COPY or ADD. */
export interface Instruction {
  /** The whole instruction, with white space normalised by `normalised`. */
  readonly text: string;
  /** A title short enough for one line: `pip packages`, `RUN make install`. */
  readonly title: string;
}

const working: ReadonlySet<string> = new Set(['RUN', 'COPY', 'ADD']);
const titleLength = 60;

/** The RUN, COPY and ADD instructions of a Dockerfile, in the builder's order. */
export function instructionsOf(dockerfile: string): readonly Instruction[] {
  return readLines(dockerfile)
    .lines.filter((line) => working.has(instructionOf(line).keyword))
    .map((line) => {
      const text = normalised(line.text);
      return { text, title: titleOf(text) };
    });
}

/** Whether the builder printed this instruction. */
export function sameInstruction(instruction: Instruction, printed: string): boolean {
  return instruction.text === normalised(printed);
}

/** White space carries no meaning here. */
function normalised(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim();
}

/** The operator's steps are recognised by the message that they print for a missing package manager. */
function titleOf(text: string): string {
  const manager = text.startsWith('RUN ') ? new RegExp(`${managerMissingMarker} (\\S+?)'`).exec(text)?.[1] : undefined;
  return manager === undefined ? oneLine(text, titleLength) : `${manager.replace('apt-get', 'apt')} packages`;
}
