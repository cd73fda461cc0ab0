import type { Condition, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { fitStatus } from './fit.ts';

/** What is written of a status that the API server refuses: its conditions, of which Ready has the server's words. */
export function refusedConditions(wanted: ImageSpecStatus, before: ImageSpecStatus, words: string): ImageSpecStatus {
  const conditions = (wanted.conditions ?? []).map((condition) =>
    condition.type === 'Ready' ? withWords(condition, words) : condition,
  );
  return fitStatus({ ...before, conditions });
}

function withWords(condition: Condition, words: string): Condition {
  return { ...condition, message: `the API server refuses the status: ${words}; ${condition.message}` };
}
