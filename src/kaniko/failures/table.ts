import { pullRows } from '../base/pull.ts';
import { refusalRows } from '../refusals.ts';
import { overdueRow, waitingRows } from '../waiting.ts';
import { agentRows } from './agents.ts';
import { builderRows } from './builder.ts';
import { packageRows } from './packages.ts';
import { podRows, silentRows } from './pods.ts';
import { anyStep, causesOfSteps, otherSteps } from './steps.ts';

/**
 * The failure table: every cause that a build can fail by, in the order in which they are tried. Docs are generated from
 * it, and each row is tested with what was seen for real.
 */
export const failureTable = {
  refusals: refusalRows,
  waiting: waitingRows,
  basePulls: pullRows,
  overdue: [overdueRow],
  pods: podRows,
  builder: builderRows,
  causesOfSteps,
  packages: packageRows,
  otherSteps: [...otherSteps, anyStep],
  agents: agentRows,
  silent: silentRows,
} as const;
