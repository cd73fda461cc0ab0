/** How Kaniko ended, read from its log. */
export type BuilderEnd =
  /** A RUN step ended with an error: what the step printed, and Kaniko's word on it. */
  | { readonly is: 'step'; readonly line: string; readonly output: string; readonly command: string }
  /** Kaniko itself says why; `command` is the instruction that it was at, '' before the first. */
  | { readonly is: 'builder'; readonly line: string; readonly command: string }
  /** The log holds no last word: it is gone, or Kaniko was killed. */
  | { readonly is: 'silent' };

/**
 * A step's end in Kaniko's words (cmd/executor/cmd/root.go `exit`, pkg/commands/run.go). It may stand behind what the
 * step printed last without a line feed.
 */
const stepLine =
  /(?:e?rror building image: )?error building stage: failed to execute command: waiting for process to exit: (?:exit status (?<code>\d{1,3})|signal: .+)$/;

/** Kaniko's own last words: those of `exit`, cobra's, logrus' fatal ones and those of Go's runtime. */
const ownLine =
  /^(?:error (?:building image|pushing image|checking push permission|resolving|changing).*|Error: .*|(?:panic|fatal error): .*)$|^time="[^"]*" level=(?:fatal|panic) msg="(?<message>.*)"$|^(?:FATA|PANI)\[\d+\] (?<short>.*)$/;

/** A progress line of Kaniko. No step ends after such a line. */
const progressLine = /^time="[^"]*" level=(?:trace|debug|info|warning|error) msg=|^(?:DEBU|INFO|WARN|ERRO)\[\d+\]/;

/** Kaniko's line before it starts a step. */
const startLine = /^time="[^"]*" level=info msg="Running: \[|^INFO\[\d+\] Running: \[/;
/** Kaniko's line with an instruction as it stands in the Dockerfile, joined to one line. */
const instructionLine =
  /^(?:time="[^"]*" level=info msg="|INFO\[\d+\] )(?<command>(?:ADD|COPY|RUN|USER|WORKDIR) .*?)"?$/;

/** Kaniko ends with the code of the step, else with 1; with 2 where Go's runtime ends it. */
const ownCodes = new Set([1, 2]);
/** What a process killed by a signal ends Kaniko with: Go's -1. */
const signalCode = 255;

/**
 * Finds Kaniko's last word in a log without control characters. A step can print anything, also Kaniko's words, and its
 * standard output may arrive behind Kaniko's last line: so only a word that fits the exit code counts. A step's end stands
 * unless Kaniko went on working behind it.
 */
export function builderEnd(text: string, exitCode: number): BuilderEnd {
  const lines = text.split('\n');
  let own: string | undefined;
  for (let at = lines.length - 1; at >= 0; at -= 1) {
    const line = lines[at] ?? '';
    const step = stepLine.exec(line);
    if (step !== null && codeOf(step) === exitCode) {
      const printed = line.slice(0, step.index);
      return { is: 'step', line: step[0], ...stepBefore([...lines.slice(0, at), printed], lines.slice(at + 1)) };
    }
    if (own !== undefined && progressLine.test(line)) {
      break;
    }
    const word = ownCodes.has(exitCode) ? ownWord(line) : undefined;
    // Before Go's runtime says `panic: (*logrus.Entry)`, logrus has said why.
    own = own === undefined || (word !== undefined && own.startsWith('panic: (')) ? word : own;
  }
  if (own !== undefined) {
    return { is: 'builder', line: own, command: commandIn(lines) };
  }
  // No other end of Kaniko has such a code; its last word has been cut off.
  return text !== '' && !ownCodes.has(exitCode) && exitCode < 126
    ? { is: 'step', line: '', ...stepBefore(lines, []) }
    : { is: 'silent' };
}

function codeOf({ groups }: RegExpExecArray): number {
  return groups?.['code'] === undefined ? signalCode : Number(groups['code']);
}

function ownWord(line: string): string | undefined {
  const found = ownLine.exec(line);
  return found === null
    ? undefined
    : unescaped(found.groups?.['message'] ?? '') || (found.groups?.['short'] ?? found[0]);
}

/** What the last step printed: Kaniko's own lines are left out. Standard output may have come late. */
function stepBefore(
  before: readonly string[],
  after: readonly string[],
): { readonly output: string; readonly command: string } {
  const start = before.findLastIndex((line) => startLine.test(line));
  const output = [...before.slice(start + 1), ...after].filter((line) => !progressLine.test(line));
  return { output: output.join('\n'), command: commandIn(before.slice(0, start + 1)) };
}

/** The last instruction that Kaniko has begun. */
function commandIn(lines: readonly string[]): string {
  const line = lines.findLast((one) => instructionLine.test(one)) ?? '';
  const command = instructionLine.exec(line)?.groups?.['command'] ?? '';
  return line.startsWith('time=') ? unescaped(command) : command;
}

/** A text of Kaniko's log as it was: logrus escapes quotes and backslashes. */
function unescaped(text: string): string {
  return text.replaceAll(/\\(["\\])/g, '$1');
}
