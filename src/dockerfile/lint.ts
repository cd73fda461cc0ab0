import {
  Add,
  Copy,
  type Dockerfile,
  DockerfileParser,
  type Instruction,
  type ModifiableInstruction,
  Onbuild,
  Run,
} from 'dockerfile-ast';
import type { DockerfileFinding } from './finding.ts';
import { quotedIn, withoutQuoted } from './quoted.ts';
import { fromFlag } from './stages.ts';

/** The flags that both supported builders act on; every other is ignored by one of them, silently. */
const knownFlags: Readonly<Record<string, readonly string[]>> = {
  FROM: ['platform'],
  COPY: ['from', 'chown', 'chmod'],
  ADD: ['chown', 'chmod'],
  HEALTHCHECK: ['interval', 'timeout', 'start-period', 'start-interval', 'retries'],
  RUN: [],
};

/** Why a flag is not on the list, and what helps. */
const flagAdvice: Readonly<Record<string, string>> = {
  mount:
    'the builder ignores mounts or knows some of them only; install without a cache, and use packages.credentialsSecret for credentials',
  network: 'the builder has one network for all steps; remove it',
  security: 'the builder has no such modes; remove it',
  'keep-git-dir': 'the builder ignores it; clone in a RUN step',
  checksum: 'the builder ignores it; compare the checksum in a RUN step',
  link: 'the builder ignores it; remove it',
  parents: 'the builder ignores it; name the folders',
  exclude: 'the builder ignores it; remove the files in a RUN step',
};

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
const rules: readonly Rule[] = [knownInstruction, flags, heredocs, context, gitAddress, copyFrom];

/** What the builders would ignore, or build into something else than Docker does; in the order of the lines. */
export function lint(dockerfile: Dockerfile): readonly DockerfileFinding[] {
  const directives = dockerfile.getDirectives().flatMap((directive) => {
    const message = directiveFault(directive.getName().toLowerCase(), directive.getValue() ?? '');
    return message === undefined ? [] : [{ line: directive.getRange().start.line + 1, message }];
  });
  const instructions = dockerfile.getInstructions().flatMap((instruction) =>
    rules.flatMap((rule) =>
      [...rule(instruction), ...onTrigger(instruction, rule)].map((message) => ({
        line: instruction.getRange().start.line + 1,
        message,
      })),
    ),
  );
  return [...directives, ...instructions].toSorted((a, b) => a.line - b.line);
}

function directiveFault(name: string, value: string): string | undefined {
  if (name === 'syntax' && !/^docker\/dockerfile(:1(\.\d+){0,2})?$/.test(value)) {
    return `syntax=${value}: the builder has the standard syntax only; remove the line`;
  }
  // The builder's own word rules know the backslash only (Kaniko, pkg/util/command_util.go, shell.NewLex).
  return name === 'escape' && value !== '\\'
    ? `escape=${value}: the builder reads "\\" as the escape in values all the same; remove the line and write "\\"`
    : undefined;
}

/**
 * The first fault of an instruction that an image runs in the builds on top of it (ONBUILD), as the end of a sentence, or
 * undefined. Here it is the build on top: there is no context, and no image is pinned any more.
 */
export function triggerFault(trigger: string): string | undefined {
  const dockerfile = DockerfileParser.parse(trigger);
  const [first, ...others] = dockerfile.getInstructions();
  if (first === undefined || others.length > 0 || dockerfile.getDirectives().length > 0 || /[\r\n]/.test(trigger)) {
    return 'is not one instruction';
  }
  if (first instanceof Copy && fromFlag(first) !== null) {
    return 'copies from an image that is not pinned';
  }
  if (context(first).length > 0) {
    return 'copies files of a build context, and an ImageSpec has none';
  }
  const forbidden = ['FROM', 'ONBUILD', 'MAINTAINER'].includes(first.getKeyword());
  return forbidden || rules.some((rule) => rule(first).length > 0) ? 'is not built as Docker builds it' : undefined;
}

/** What a build on this image would run is held to the same rules; that one may have a context. */
function onTrigger(instruction: Instruction, rule: Rule): readonly string[] {
  const trigger = instruction instanceof Onbuild ? instruction.getTriggerInstruction() : null;
  if (trigger === null || rule === context) {
    return [];
  }
  if (rule === copyFrom && trigger instanceof Copy && fromFlag(trigger) !== null) {
    return ['ONBUILD COPY --from: the image of a later build cannot be pinned here; copy it now, or in that build'];
  }
  return rule(trigger).map((message) => `ONBUILD ${message}`);
}

function knownInstruction(instruction: Instruction): readonly string[] {
  const keyword = instruction.getKeyword();
  return keywords.has(keyword)
    ? []
    : [
        `${instruction.getInstruction()} is no instruction of a Dockerfile; correct it, or join it to the line before by a "\\"`,
      ];
}

function flags(instruction: Instruction): readonly string[] {
  const keyword = instruction.getKeyword();
  const known = knownFlags[keyword];
  return known === undefined || !isModifiable(instruction)
    ? []
    : instruction
        .getFlags()
        .filter((flag) => !known.includes(flag.getName()))
        .map(
          (flag) =>
            `${keyword} --${flag.getName()}: ${flagAdvice[flag.getName()] ?? 'the builder knows no such flag; remove it'}`,
        );
}

function isModifiable(instruction: Instruction): instruction is ModifiableInstruction {
  return 'getFlags' in instruction;
}

/** One builder skips quoted ones, the other skips all in RUN: both with success. */
function heredocs(instruction: Instruction): readonly string[] {
  return hasHeredoc(instruction)
    ? [
        `${instruction.getKeyword()} with a here-document (<<): builders skip some of them without a word; write RUN printf '%s\\n' … > FILE, or join commands by "&&"`,
      ]
    : [];
}

function hasHeredoc(instruction: Instruction): boolean {
  if (!(instruction instanceof Run || instruction instanceof Copy || instruction instanceof Add)) {
    return false;
  }
  // BuildKit takes a word such as 3<<-"EOF" (parser.reHeredoc); within quotes it is text.
  const words = withoutQuoted(instruction.getArgumentsContent() ?? '');
  const isWord = /(^|\s)\d*<<-?["']?[^\s<"']/.test(words);
  return isWord || (!(instruction instanceof Add) && instruction.getHeredocs().length > 0);
}

function context(instruction: Instruction): readonly string[] {
  const keyword = instruction.getKeyword();
  if (instruction instanceof Copy) {
    return fromFlag(instruction) === null && !hasHeredoc(instruction) ? [needsContext(keyword)] : [];
  }
  if (!(instruction instanceof Add) || hasHeredoc(instruction)) {
    return [];
  }
  const words = wordsOf(instruction);
  const local = words.slice(0, -1).filter((word) => !/^https?:\/\//.test(word) && !isGitAddress(word));
  return words.length < 2 || local.length > 0 ? [needsContext(keyword)] : [];
}

function needsContext(keyword: string): string {
  return `${keyword} needs a build context, and an ImageSpec has none; fetch the file in a RUN step or by ADD https://…, or COPY --from another image`;
}

/** Arguments, of the JSON form too. */
function wordsOf(instruction: Add): readonly string[] {
  const text = (instruction.getArgumentsContent() ?? '').trimEnd();
  const start = text.indexOf('[');
  return start !== -1 && text.endsWith(']')
    ? quotedIn(text.slice(start))
    : instruction.getArguments().map((argument) => argument.getValue());
}

function isGitAddress(word: string): boolean {
  return /^git@|^(git|ssh):\/\/|^https?:\/\/[^#]*\.git(#|$)/.test(word);
}

function gitAddress(instruction: Instruction): readonly string[] {
  return instruction instanceof Add && wordsOf(instruction).some(isGitAddress)
    ? ['ADD of a git repository: the builder stores the answer of the web server instead; clone in a RUN step']
    : [];
}

function copyFrom(instruction: Instruction): readonly string[] {
  const value = instruction instanceof Copy ? fromFlag(instruction)?.getValue() : undefined;
  if (value === undefined) {
    return [];
  }
  if (value === null || value === '') {
    return ['COPY --from= names nothing; write a stage or an image'];
  }
  if (value.toLowerCase() === 'scratch') {
    return ['COPY --from=scratch: it is empty; name a stage or an image'];
  }
  return value.includes('$')
    ? [`COPY --from=${value}: variables are not replaced there; write the stage or image itself`]
    : [];
}
