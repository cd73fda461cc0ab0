import { agentExitCodes } from '../../api/agentExitCodes.ts';
import type { FailureReason } from '../../api/reasons/failureReasons.ts';
import type { Row } from '../../api/reasons/failureRows.ts';

/** A row of the exit code of `credentials` or `push`; the last line that it printed is the message. */
export interface AgentRow extends Row {
  readonly seen: 'agent';
  readonly match: number;
  readonly reason: FailureReason;
}

function row(
  id: string,
  { code, reason }: { readonly code: number; readonly reason: FailureReason },
  what: string,
): AgentRow {
  return { seen: 'agent', id, match: code, reason, what, message: '{line}', example: `${id}.log` };
}

/** What the operator's own containers in a build Pod end with. */
export const agentRows: readonly AgentRow[] = [
  row('agent-usage', agentExitCodes.usage, 'the operator and its image are of versions that do not fit'),
  row('agent-credentials', agentExitCodes.credentialsInvalid, 'a Secret holds no credentials that can be read'),
  row('agent-unauthorized', agentExitCodes.unauthorized, 'the registry takes no push with this credential'),
  row('agent-unavailable', agentExitCodes.unavailable, 'the registry does not answer, or ceases to in the middle'),
  row('agent-certificate', agentExitCodes.certificateUntrusted, "the registry's certificate is not trusted"),
  row('agent-digest', agentExitCodes.digestMismatch, 'what was pushed is not what was built'),
  row('agent-base', agentExitCodes.baseReplaced, 'the built image does not stand on its base'),
  row('agent-base-unauthorized', agentExitCodes.baseUnauthorized, 'the registry does not let the build read its base'),
  row('agent-base-missing', agentExitCodes.baseNotFound, 'the registry has lost the base since it was resolved'),
  row('agent-rate', agentExitCodes.rateLimited, 'the registry limits the rate'),
  row('agent-push', agentExitCodes.pushFailed, 'the registry refuses the image'),
  row('agent-layout', agentExitCodes.layoutRefused, 'the built image holds what must not be pushed'),
];
