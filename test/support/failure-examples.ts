import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { FailureReason } from '../../src/api/reasons/failureReasons.ts';
import type { Source } from '../../src/imagespec/effective.ts';
import { basePullFailure, failedBasePull } from '../../src/kaniko/base/pull.ts';
import { podRows } from '../../src/kaniko/failures/pods.ts';
import { findIn } from '../../src/kaniko/failures/row.ts';
import { classifyAgent, classifyBuilder } from '../../src/kaniko/failures.ts';
import { failureOfPod } from '../../src/kaniko/outcome.ts';
import { refusalOf, refusalRows } from '../../src/kaniko/refusals.ts';
import type { PodState } from '../../src/kaniko/run.ts';
import { overdueDeletion, overdueRow, waitingProblem, waitingRows } from '../../src/kaniko/waiting.ts';
import { projectPod } from '../../src/reconcile/watched/projections.ts';
import { noPackages } from './noPackages.ts';
import { run } from './observations.ts';

/** Where the examples lie: what was seen for real, one file each, named ROW or ROW--VARIANT. */
export const examplesFolder = join(import.meta.dirname, 'logs');

/** The failure table's result for an example. */
export interface Example {
  readonly file: string;
  /** The row that the file's name says. */
  readonly expected: string;
  readonly row: string | undefined;
  readonly reason: FailureReason | 'QuotaExceeded' | '';
  readonly message: string;
  readonly packages: readonly string[];
}

/** The spec of the examples' builds. */
export const source: Source = {
  is: 'packages',
  ...noPackages,
  base: { is: 'image', reference: 'jupyter/minimal-notebook' },
  apt: ['gpp-compiler', 'libnothing-dev', 'tree=0.1', 'vim=2:99*', 'awk', 'exim4-daemon-light', 'postfix'],
  conda: ['kelp', 'no-such-kelp>=2', 'no-such-urchin', 'urchin'],
  pip: [
    'astropyy-does-not-exist',
    'numpy==99.0',
    'pandas==2.2.0',
    'numpy==1.20.0',
    'requests==2.31.9',
    'netifaces==0.11.0',
    'psycopg2==2.9.9',
  ],
  cran: ['urchin', 'kelp@9.9', 'kelpp', 'future', 'needsmissing', 'configfails', 'compiled', 'broken'],
  credentialsSecret: null,
  env: [],
};

/** All examples, classified. */
export function failureExamples(): readonly Example[] {
  return readdirSync(examplesFolder)
    .filter((file) => !file.endsWith('.md'))
    .toSorted()
    .map((file) => {
      const { row, reason, message, packages } = classified(file);
      return { file, expected: file.replace(/(?:--[\w-]+)?\.\w+$/, ''), row, reason, message, packages };
    });
}

type Classification = Pick<Example, 'row' | 'reason' | 'message' | 'packages'>;

const unknown: Classification = { row: undefined, reason: '', message: '', packages: [] };

function classified(file: string): Classification {
  const text = readFileSync(join(examplesFolder, file), 'utf8');
  switch (file.slice(file.lastIndexOf('.'))) {
    case '.txt':
      return ofRefusal(text.trim());
    case '.json':
      return file.startsWith('base-pull-') ? ofBasePull(podOf(text)) : ofPod(podOf(text));
    default:
      return ofLog(file);
  }
}

/** The first line of a log is `# exit code N`. */
function exampleLog(file: string): { readonly log: string; readonly exitCode: number } {
  const text = readFileSync(join(examplesFolder, file), 'utf8');
  const head = /^# exit code (\d+)\n/.exec(text);
  if (head === null) {
    throw new Error(`${file} does not begin with its exit code`);
  }
  return { log: text.slice(head[0].length), exitCode: Number(head[1]) };
}

function ofLog(file: string): Classification {
  const { log, exitCode } = exampleLog(file);
  const found = file.startsWith('agent-')
    ? classifyAgent(log, exitCode, 'push')
    : classifyBuilder(log, exitCode, source);
  return found === undefined ? unknown : { row: found.row, ...found.failure };
}

function ofRefusal(message: string): Classification {
  const refusal = refusalOf(message);
  const row = refusalRows.find((candidate) => findIn(candidate, message) !== undefined)?.id;
  switch (refusal.is) {
    case 'quota':
      return { ...unknown, row, reason: 'QuotaExceeded', message: refusal.message };
    case 'refused':
      return { ...unknown, row, reason: 'BuildPodRefused', message: refusal.message };
    case 'passing':
      return { ...unknown, row, message: refusal.message };
  }
}

/** A Pod as it was seen; a build's Job controls it. */
function podOf(text: string): PodState {
  const { metadata, spec, status } = JSON.parse(text);
  const ownerReferences = [{ apiVersion: 'batch/v1', kind: 'Job', uid: 'job-1', controller: true }];
  const pod = projectPod({ metadata: { ...metadata, ownerReferences }, spec, status })?.pod;
  if (pod === undefined) {
    throw new Error('no Pod of a Job');
  }
  return pod;
}

/** A Pod of a mounted build. */
function ofBasePull(pod: PodState): Classification {
  const base = { image: 'r.invalid/base:1', digest: `sha256:${'b'.repeat(64)}`, user: '' };
  const failed = failedBasePull({ ...run(null, { base: 'Mounted', bases: [base] }), pod });
  return failed === undefined ? unknown : { row: failed.row.id, ...basePullFailure(failed) };
}

function ofPod(pod: PodState): Classification {
  const late = Number.MAX_SAFE_INTEGER;
  const waiting = waitingProblem(pod, late, 0, 0);
  if (waiting.is === 'failed') {
    const states = Object.values(pod.containers);
    const row = waitingRows.find(({ match }) =>
      states.some((state) => state.is === 'waiting' && match.test(state.reason)),
    );
    return { row: row?.id, ...waiting.failure };
  }
  const overdue = overdueDeletion(pod, late);
  if (overdue.is === 'failed') {
    return { row: overdueRow.id, ...overdue.failure };
  }
  const found = failureOfPod(
    pod,
    { source, timeoutSeconds: 3600 },
    podRows.some(({ match }) => match(pod)) ? null : '',
  );
  return found === 'needsLog' ? unknown : { row: found.row, ...found.failure };
}
