import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Case, changedSince, leaveRows, play } from './cases.ts';
import { openStage, type Stage } from './stage.ts';

/** How the cases of a file are played: side by side, or one after the other where each disturbs everybody. */
export type Order = 'sideBySide' | 'oneByOne';

/** Declares a test per case, and one at the end that each reason stays. `prepare` runs before them. */
export function playAll(
  suite: 'core' | 'lifecycle',
  question: string,
  order: Order,
  cases: readonly Case[],
  prepare: (stage: Stage) => Promise<void> = async () => {},
): void {
  const rows: Parameters<typeof play>[2] = new Map();
  let stage: Stage | undefined;
  const opened = (): Stage => {
    if (stage === undefined) {
      throw new Error('the stage is not open');
    }
    return stage;
  };
  describe(`${question}:`, () => {
    beforeAll(async () => {
      stage = await openStage();
      await prepare(stage);
    });
    afterAll(async () => {
      await leaveRows(suite, question, rows);
      await stage?.close();
    });
    describe('each', { concurrent: order === 'sideBySide' }, () => {
      it.for(cases)('$id: $provoked', async (given) => {
        expect(await play(opened(), given, rows)).toEqual([]);
      });
    });
    it('each reason stays: 15 s later it says the same, and no other Job was made', async () => {
      expect(await changedSince(opened(), cases, rows)).toEqual([]);
    });
  });
}
