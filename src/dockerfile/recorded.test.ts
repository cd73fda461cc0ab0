import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { type RecordedBuild, recordedBuild, recordedSpecs } from '../../test/support/recorded/recordedBuilds.ts';

const file = join(import.meta.dirname, '..', '..', 'test', 'support', 'recorded', 'recordedBuilds.json');
const recorded: Readonly<Record<string, RecordedBuild>> = JSON.parse(readFileSync(file, 'utf8'));

it.each(Object.keys(recordedSpecs))('an upgrade changes neither identity nor Dockerfile of this spec: %s', (name) => {
  expect(recordedBuild(name)).toEqual(recorded[name]);
});

it('has a record of each spec', () => {
  expect(Object.keys(recorded)).toEqual(Object.keys(recordedSpecs));
});
