import type { DockerfileFinding } from '../reading/finding.ts';
import { mayTakeHeredoc } from '../reading/heredoc.ts';
import { type Instruction, instructionOf, itemsOf, triggerOf } from '../reading/instruction.ts';
import { type Directive, readLines } from '../reading/lines.ts';
import { argumentFaults } from './arguments.ts';
import { flagFaults, flagOf } from './flags.ts';

const keywords = new Set([
  'ADD',
  'ARG',
  'CMD',
  'COPY',
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
  'VOLUME',
  'WORKDIR',
]);

type Rule = (instruction: Instruction) => readonly string[];

/** One question each: what Kaniko and BuildKit do with such a line differs, or is not what it reads like. */
const rules: readonly Rule[] = [knownInstruction, flagFaults, argumentFaults, heredocs, context, gitAddress, copyFrom];

/** What the builders would ignore, or build into something else than Docker does; in the order of the lines. */
export function lint(
  directives: readonly Directive[],
  instructions: readonly Instruction[],
): readonly DockerfileFinding[] {
  const firstStage = instructions.findIndex(({ keyword }) => keyword === 'FROM');
  const bodies = heredocBodies(instructions);
  return [
    ...directives.flatMap(directiveFaults),
    ...instructions.flatMap((instruction, index) =>
      bodies.has(index)
        ? []
        : [
            // A fault that stands twice in one instruction, such as two mounts, is one finding.
            ...new Set([
              ...(index < firstStage ? beforeStages(instruction) : []),
              ...rules.flatMap((rule) => [...rule(instruction), ...onTrigger(instruction, rule)]),
            ]),
          ].map((message) => ({ line: instruction.joined.first, message })),
    ),
  ].toSorted((a, b) => a.line - b.line);
}

/** Lines of here-documents, up to the word that ends each. The line that begins one is refused, and these are no instructions. */
function heredocBodies(instructions: readonly Instruction[]): ReadonlySet<number> {
  const bodies = new Set<number>();
  let end: string | undefined;
  for (const [index, instruction] of instructions.entries()) {
    const text = instruction.joined.text.trim();
    if (end !== undefined) {
      bodies.add(index);
      end = text === end ? undefined : end;
    } else if (/^(?:RUN|COPY|ADD)$/.test(instruction.keyword) && mayTakeHeredoc(instruction)) {
      const [, , word] = /<<-?(["']?)([A-Za-z_]\w{0,63})\1/.exec(instruction.rest.text) ?? [];
      const isClosed = instructions.slice(index + 1).some(({ joined }) => joined.text.trim() === word);
      end = isClosed ? word : undefined;
    }
  }
  return bodies;
}

function directiveFaults({ name, value, line }: Directive): readonly DockerfileFinding[] {
  if (name === 'syntax' && !/^docker\/dockerfile(:1(\.\d+){0,2})?$/.test(value)) {
    return [{ line, message: `syntax=${value}: the builder has the standard syntax only; remove the line` }];
  }
  // The builder's own word rules know the backslash only (Kaniko, pkg/util/command_util.go, shell.NewLex).
  return name === 'escape' && value !== '\\'
    ? [
        {
          line,
          message: `escape=${value}: the builder reads "\\" as the escape in values all the same; remove the line and write "\\"`,
        },
      ]
    : [];
}

function beforeStages({ keyword, written }: Instruction): readonly string[] {
  return keyword === 'ARG'
    ? []
    : [`${written} stands before the first FROM, where only ARG may stand; move it behind a FROM`];
}

/**
 * The first fault of an ONBUILD instruction, which an image runs in the builds on top of it. It is the end of a sentence, or
 * undefined. Here it is the build on top: there is no context, and no image is pinned any more.
 */
export function triggerFault(trigger: string): string | undefined {
  const { directives, lines, findings } = readLines(trigger);
  const [first, ...others] = lines.map(instructionOf);
  // The builder joins those of an image to one text. So none may go on in the next, or begin with a mark.
  const isAlone = others.length === 0 && directives.length === 0 && findings.length === 0;
  if (first === undefined || !isAlone || first.joined.end === 'open' || /[\r\n\uFEFF]/.test(trigger)) {
    return 'is not one instruction';
  }
  if (first.keyword === 'COPY' && flagOf(first, 'from') !== undefined) {
    return 'copies from an image that is not pinned';
  }
  if (context(first).length > 0) {
    return 'copies files of a build context, and an ImageSpec has none';
  }
  const isForbidden = ['FROM', 'ONBUILD', 'MAINTAINER'].includes(first.keyword);
  return isForbidden || rules.some((rule) => rule(first).length > 0) ? 'is not built as Docker builds it' : undefined;
}

/** What a build on this image would run is held to the same rules; that one may have a context. */
function onTrigger(instruction: Instruction, rule: Rule): readonly string[] {
  const trigger = triggerOf(instruction);
  if (trigger === null || rule === context) {
    return [];
  }
  if (rule === copyFrom && trigger.keyword === 'COPY' && flagOf(trigger, 'from') !== undefined) {
    return ['ONBUILD COPY --from: the image of a later build cannot be pinned here; copy it now, or in that build'];
  }
  return rule(trigger).map((message) => `ONBUILD ${message}`);
}

function knownInstruction({ keyword, written }: Instruction): readonly string[] {
  return keywords.has(keyword)
    ? []
    : [`${shown(written)} is no instruction of a Dockerfile; correct it, or join it to the line before by a "\\"`];
}

const shownCharacters = 80;

function shown(text: string): string {
  return text.length > shownCharacters ? `${text.slice(0, shownCharacters)}…` : text;
}

/** One builder skips quoted ones, the other skips all in RUN: both with success. */
function heredocs(instruction: Instruction): readonly string[] {
  return mayTakeHeredoc(instruction)
    ? [
        `${instruction.keyword} with a here-document (<<): builders skip some of them without a word; write RUN printf '%s\\n' … > FILE, or join commands by "&&"`,
      ]
    : [];
}

function context(instruction: Instruction): readonly string[] {
  const { keyword } = instruction;
  if (keyword === 'COPY') {
    return flagOf(instruction, 'from') === undefined && !mayTakeHeredoc(instruction) ? [needsContext(keyword)] : [];
  }
  if (keyword !== 'ADD' || mayTakeHeredoc(instruction)) {
    return [];
  }
  const words = itemsOf(instruction);
  const local = words.slice(0, -1).filter((word) => !/^https?:\/\//.test(word) && !isGitAddress(word));
  return words.length < 2 || local.length > 0 ? [needsContext(keyword)] : [];
}

function needsContext(keyword: string): string {
  return `${keyword} needs a build context, and an ImageSpec has none; fetch the file in a RUN step or by ADD https://…, or COPY --from another image`;
}

function isGitAddress(word: string): boolean {
  return /^git@|^(git|ssh):\/\/|^https?:\/\/[^#]*\.git(#|$)/.test(word);
}

function gitAddress(instruction: Instruction): readonly string[] {
  return instruction.keyword === 'ADD' && itemsOf(instruction).some(isGitAddress)
    ? ['ADD of a git repository: the builder stores the answer of the web server instead; clone in a RUN step']
    : [];
}

function copyFrom(instruction: Instruction): readonly string[] {
  const flag = instruction.keyword === 'COPY' ? flagOf(instruction, 'from') : undefined;
  if (flag === undefined) {
    return [];
  }
  const value = flag.value ?? '';
  if (value === '') {
    return ['COPY --from= names nothing; write a stage or an image'];
  }
  if (value.toLowerCase() === 'scratch') {
    return ['COPY --from=scratch: it is empty; name a stage or an image'];
  }
  return value.includes('$')
    ? [`COPY --from=${shown(value)}: variables are not replaced there; write the stage or image itself`]
    : [];
}
