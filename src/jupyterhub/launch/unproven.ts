import type { ProbeAnswer } from '../../api/probeAnswer.ts';
import type { HubReasonOf } from '../../api/reasons/verdictReasons.ts';
import type { HubSettings } from '../../imagespec/effective.ts';
import { relevantLines } from '../../kaniko/log.ts';
import type { ContainerState } from '../../kaniko/run.ts';
import { shortened, tailOf } from '../../text/cut.ts';
import { plainText } from '../../text/plain.ts';
import { redactLog } from '../../text/redact.ts';
import { toInstall } from '../verdict.ts';
import type { LaunchFailure } from './failureRows.ts';
import { reachedSingleuser } from './launchFailures.ts';

/** An image that JupyterHub cannot launch, and why. */
export interface Refusal extends LaunchFailure {
  /** The relevant lines of the server's log, at most 8 KiB. */
  readonly log: string;
  /** busyNode: a server of a node with too little processor time shows the same; a second launch decides. */
  readonly doubt: 'none' | 'busyNode';
}

type Terminated = Extract<ContainerState, { is: 'terminated' }>;

/** The mock Hub concluded that the image does not serve. */
export function unproven(answer: ProbeAnswer, ended: Terminated | undefined, hub: HubSettings, log: string): Refusal {
  const { reason, message } =
    answer.ready || answer.why === 'gone'
      ? { reason: 'LaunchFailed' as const, message: goneMessage(ended) }
      : unprovenBecause(answer, hub, log);
  const reached = answer.hubCalls.length > 0 || reachedSingleuser(log);
  return {
    reason,
    message,
    entrypoint: reached ? 'cleared' : 'suspect',
    fault: null,
    log: relevantLines(log),
    doubt: ended === undefined && isLateAnswer(answer) ? 'busyNode' : 'none',
  };
}

/** Whether more processor time could have led to another answer: the server still runs, and answered late or not at all. */
function isLateAnswer(answer: ProbeAnswer): boolean {
  if (answer.ready) {
    return false;
  }
  switch (answer.why) {
    case 'silent':
    case 'failing':
    case 'gone':
      return true;
    case 'pageFailing':
      return answer.status === null || answer.status >= 500;
    case 'noHubVersion':
      return false;
  }
}

function goneMessage(ended: Terminated | undefined): string {
  return ended === undefined
    ? 'the server responded, but stopped soon after; its last lines show why'
    : `the server responded, then ended with exit code ${ended.exitCode}${ended.reason === 'OOMKilled' ? ' (out of memory)' : ''}`;
}

function unprovenBecause(
  answer: Extract<ProbeAnswer, { ready: false }>,
  hub: HubSettings,
  log: string,
): { readonly reason: HubReasonOf<'False'>; readonly message: string } {
  const [command = ''] = hub.args;
  const status = answer.status === null ? '' : ` (HTTP ${answer.status})`;
  switch (answer.why) {
    case 'silent':
      return {
        reason: 'LaunchTimeout',
        message: `no server responded on port ${hub.port} within ${hub.timeoutSeconds} s: the server must listen on all addresses, and start faster`,
      };
    case 'failing':
      return {
        reason: 'LaunchFailed',
        message: `the server responded only with errors${status} for ${hub.timeoutSeconds} s`,
      };
    case 'noHubVersion':
      return {
        reason: 'NoHubAuth',
        message: `the server on port ${hub.port} is not jupyterhub-singleuser${status}: let the image start ${command}, not a plain Jupyter server`,
      };
    case 'pageFailing':
      return answer.status === 404
        ? missingPage(answer.page, hub)
        : {
            reason: 'LaunchFailed',
            message: `the server starts, but its first page${pageText(answer.page)} is an error${status}${causeIn(log)}`,
          };
    case 'gone':
      return { reason: 'LaunchFailed', message: goneMessage(undefined) };
  }
}

/** Pages that JupyterLab and Notebook have; without one of them there is none. */
const usualPages = new Set(['', 'lab', 'tree']);

function missingPage(
  page: string,
  hub: HubSettings,
): { readonly reason: HubReasonOf<'False'>; readonly message: string } {
  return usualPages.has(page.replace(/\/$/, ''))
    ? {
        reason: 'ServerMissing',
        message: `the server starts, but has no page to show (HTTP 404): ${toInstall('"jupyterlab"', hub)}`,
      }
    : {
        reason: 'ServerMissing',
        message: `the server starts, but its first page${pageText(page)} is not found (HTTP 404): install what serves this page, or let default_url (JUPYTERHUB_DEFAULT_URL) name another`,
      };
}

function pageText(page: string): string {
  return page === '' ? '' : ` "${page}"`;
}

/** The last error of Python in the log, which is why a page fails. */
function causeIn(log: string): string {
  const error = cleaned(log)
    .split('\n')
    .slice(-500)
    .findLast((text) => /^\s*(?:[\w]{1,100}\.){0,10}\w{0,100}(?:Error|Exception)\b\S{0,100}:? /.test(text));
  return error === undefined ? '' : `: ${shortened(error.trim(), 300)}`;
}

/** At most this much of the end of a log is read. */
const lookedAt = 131_072;

/** Takes the end of a log and redacts secrets: a plain Jupyter server prints the token that opens it. */
export function cleaned(text: string): string {
  return redactLog(plainText(tailOf(text, lookedAt)));
}
