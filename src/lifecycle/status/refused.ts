import type { Condition, ImageSpecStatus } from '../../api/imagespec.generated.ts';
import { fitStatus } from './fit.ts';

/** The part of a refused status that the operator writes: the conditions, with the API server's message in Ready. */
export function refusedConditions(wanted: ImageSpecStatus, before: ImageSpecStatus, words: string): ImageSpecStatus {
  const conditions = (wanted.conditions ?? []).map((condition) =>
    condition.type === 'Ready' ? withWords(condition, words) : condition,
  );
  return fitStatus({ ...before, conditions });
}

function withWords(condition: Condition, words: string): Condition {
  return { ...condition, message: `the API server refuses the status: ${words}; ${condition.message}` };
}
