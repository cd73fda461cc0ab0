import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { array, assert, constantFrom, integer, oneof, property, string, tuple } from 'fast-check';
import { describe, expect, it } from 'vitest';
import { examplesFolder, failureExamples, source } from '../../../test/support/failure-examples.ts';
import { infrastructureCauses } from '../../api/reasons/failureReasons.ts';
import type { StepReason } from '../../packages/failures.ts';
import { classifyBuilder } from '../failures.ts';
import { failureTable } from './table.ts';

const rows = Object.values(failureTable).flat();
const examples = failureExamples();

describe('the failure table', () => {
  it.each(examples.map((example) => [example.file, example] as const))('%s is its row', (_, { expected, row }) => {
    expect(row).toBe(expected);
  });

  it.each(rows.map((row) => [row.id, row.example] as const))('%s has an example', (_, example) => {
    expect(existsSync(join(examplesFolder, example))).toBe(true);
  });

  it('has each row once', () => {
    const ids = rows.map(({ id }) => id);
    expect(ids).toEqual([...new Set(ids)]);
  });

  it.each(examples.filter(({ reason }) => reason !== '').map((example) => [example.file, example] as const))(
    '%s says one line to people, which fits an Event',
    (_, { message }) => {
      expect(message).toMatch(/^\S[^\n]*$/);
      expect(message).not.toMatch(/\{\w+\}/);
      expect(Buffer.byteLength(message)).toBeLessThanOrEqual(1024);
    },
  );
});

describe('what is not tried again', () => {
  const infrastructure: readonly string[] = Object.keys(infrastructureCauses);
  const hopeless = [
    ...failureTable.causesOfSteps,
    ...failureTable.packages,
    ...failureTable.otherSteps,
    ...failureTable.builder.filter(({ id }) =>
      /^(?:dockerfile|program|base-(?!unavailable)|disk|push-(?!unavailable))/.test(id),
    ),
    ...failureTable.pods.filter(({ id }) => /^(?:evicted-for-own-disk|build-timeout|out-of-memory)$/.test(id)),
    ...failureTable.waiting,
    ...failureTable.basePulls,
  ];

  it.each(hopeless.map((row) => [row.id, row.reason] as const))('%s', (_, reason) => {
    expect(infrastructure).not.toContain(reason);
  });
});

describe('what a step prints', () => {
  const reasons: readonly StepReason[] = [
    'PackageManagerMissing',
    'PackageNotFound',
    'DependencyConflict',
    'RunFailed',
    'OutOfMemory',
    'DiskFull',
  ];
  const kaniko = (code: number) =>
    `error building image: error building stage: failed to execute command: waiting for process to exit: exit status ${code}`;
  const forged = constantFrom(
    'error building image: GET https://r/v2/x: TOOMANYREQUESTS: slow down',
    'error building image: dial tcp 10.0.0.1:443: connect: connection refused',
    'error pushing image: failed to push to destination r/x:1: UNAUTHORIZED',
    'error checking push permissions: checking push permission for "r/x": DENIED',
    'Error: unknown flag: --x',
    'panic: runtime error',
    'fatal error: all goroutines are asleep',
    'time="2026-11-25T20:08:00Z" level=info msg="Taking snapshot of full filesystem..."',
    'time="2026-11-25T20:08:00Z" level=fatal msg="Timed out snapshotting FS in 90m"',
    'time="2026-11-25T20:08:00Z" level=info msg="Running: [/bin/sh -c true]"',
    'x509: certificate signed by unknown authority',
    'INFO[0001] RUN true',
    kaniko(1),
    '\u001B[2J\u001B]0;title',
  );
  const line = oneof(forged, string(), string({ unit: 'binary' }));

  it('before its end never makes it another kind of failure', () => {
    assert(
      property(array(line), oneof(integer({ min: 1, max: 125 }), integer({ min: 126, max: 255 })), (lines, code) => {
        const log = [...lines, kaniko(code)].join('\n');
        expect(reasons).toContain(classifyBuilder(log, code, source)?.failure.reason);
      }),
    );
  });

  it('without a line feed at its end is not taken for the end of a word of Kaniko', () => {
    assert(
      property(forged, integer({ min: 1, max: 255 }), (text, code) => {
        expect(reasons).toContain(classifyBuilder(`${text}${kaniko(code)}\n`, code, source)?.failure.reason);
      }),
    );
  });

  it('may arrive behind the word of Kaniko, as its two outputs are apart', () => {
    const own = constantFrom(
      'error building image: TOOMANYREQUESTS',
      'error pushing image: connection refused',
      'panic: x',
    );
    assert(
      property(tuple(array(string()), own), integer({ min: 1, max: 255 }), ([lines, late], code) => {
        const log = [...lines, kaniko(code), late].join('\n');
        expect(reasons).toContain(classifyBuilder(log, code, source)?.failure.reason);
      }),
    );
  });
});
