import { z } from 'zod';
import { parseOwnJson } from '../api/ownJson.ts';
import type { FieldInput } from '../packages/fieldInput.ts';
import { identityOf, inputsOf, labelShape } from '../packages/fields.ts';
import { shortened } from '../text/cut.ts';
import { plainText } from '../text/plain.ts';
import type { Base, EffectiveSpec, NameValue } from './effective.ts';
import { sha256 } from './inputHash.ts';

/**
 * The input of an image, as far as any reader of the image may know it. A label of the image keeps it, so that the next
 * build can report what changed. Build arguments appear by name only, a Dockerfile by its hash.
 */
export type BuildInput = z.output<typeof inputSchema>;

const texts = z.array(z.string()).default([]);
const named = z.record(z.string(), z.string()).default({});

const inputSchema = z.object({
  v: z.literal(1),
  platform: z.string(),
  bases: named,
  dockerfile: z.string().default(''),
  ...labelShape,
  env: named,
  args: texts,
});

/** Longer than this no label is written: it rides in the arguments of a container. */
const maximumBytes = 32_768;

/** The input of a build. */
export function buildInput(spec: EffectiveSpec, bases: readonly Base[]): BuildInput {
  const common = {
    v: 1,
    platform: spec.platform,
    bases: Object.fromEntries(bases.map(({ image, digest }) => [image, digest])),
    args: spec.args.map(({ name }) => name).toSorted(),
  } as const;
  const { source } = spec;
  return source.is === 'dockerfile'
    ? inputSchema.parse({ ...common, dockerfile: sha256(source.text) })
    : inputSchema.parse({
        ...common,
        ...identityOf(source),
        env: valuesOf(source.env),
      });
}

function valuesOf(list: readonly NameValue[]): Readonly<Record<string, string>> {
  return Object.fromEntries(list.map(({ name, value }) => [name, value]));
}

/** The label's text, without what is empty; undefined when it would be too long to carry. */
export function formatInput(input: BuildInput): string | undefined {
  const text = JSON.stringify(input, (_, value: unknown) => (isEmpty(value) ? undefined : value));
  return Buffer.byteLength(text, 'utf8') <= maximumBytes ? text : undefined;
}

function isEmpty(value: unknown): boolean {
  return (
    value === '' || value === null || (typeof value === 'object' && value !== null && Object.keys(value).length === 0)
  );
}

/** Reads the label; undefined for anything that we did not write, such as a text that could not stand in a status. */
export function parseInput(text: string): BuildInput | undefined {
  const input = text.length > maximumBytes ? undefined : parseOwnJson(inputSchema, text);
  if (input === undefined) {
    return undefined;
  }
  // Of variables the names alone are shown.
  const { env, ...shown } = input;
  return [...Object.keys(env), ...Object.values(shown).flatMap(textsIn)].every(isPlain) ? input : undefined;
}

function textsIn(
  value: string | number | readonly string[] | Readonly<Record<string, string>> | null,
): readonly string[] {
  if (value === null || typeof value === 'number') {
    return [];
  }
  return typeof value === 'string' ? [value] : Object.entries(value).flat();
}

/** Whoever may push an image writes its labels, and what changed since is shown in a status. */
function isPlain(text: string): boolean {
  return plainText(text) === text && !/[\n\t]/.test(text) && text.isWellFormed();
}

const shownChanges = 32;
const longest = 200;

/** What changed between two inputs, field by field, such as `packages.pip: +astropy>=6`. */
export function changesBetween(before: BuildInput, after: BuildInput): readonly string[] {
  const all = [
    ...changedValue('platform', before.platform, after.platform),
    ...changedDockerfile(before, after),
    ...changedBases(before.bases, after.bases),
    ...changedPackages(before, after),
    ...changedMap('env', before.env, after.env),
    ...changedList('build.args', before.args, after.args),
  ].map((change) => shortened(change, longest));
  return all.length > shownChanges ? [...all.slice(0, shownChanges), `and ${all.length - shownChanges} more`] : all;
}

function changedValue(field: string, before: string, after: string): readonly string[] {
  return before === after ? [] : [`${field}: ${before} → ${after}`];
}

function changedDockerfile({ dockerfile: before }: BuildInput, { dockerfile: after }: BuildInput): readonly string[] {
  return before === after ? [] : [`dockerfile: ${before === '' ? 'added' : after === '' ? 'removed' : 'changed'}`];
}

/** Another image is a change of the spec; the same image by another digest is one of the base. */
function changedBases(
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  const short = (digest: string | undefined) => (digest ?? '').slice(0, 19);
  return [
    ...Object.keys(after).flatMap((image) =>
      before[image] === undefined
        ? [`base: +${image}`]
        : before[image] === after[image]
          ? []
          : [`base: ${image} ${short(before[image])} → ${short(after[image])}`],
    ),
    ...Object.keys(before).flatMap((image) => (after[image] === undefined ? [`base: -${image}`] : [])),
  ];
}

function changedPackages(before: BuildInput, after: BuildInput): readonly string[] {
  const old = new Map(inputsOf(before));
  return inputsOf(after).flatMap(([name, input]) => {
    const field = `packages.${name}`;
    const was = old.get(name);
    switch (input.is) {
      case 'set':
        return changedList(field, entriesOf(was), input.entries);
      case 'list':
        return changedOrder(field, entriesOf(was), input.entries);
      case 'value':
        return changedValue(field, (was?.is === 'value' ? was.value : null) ?? 'none', input.value ?? 'none');
    }
  });
}

function entriesOf(input: FieldInput | undefined): readonly string[] {
  return input === undefined || input.is === 'value' ? [] : input.entries;
}

function changedList(field: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const [old, wanted] = [new Set(before), new Set(after)];
  return [
    ...after.filter((entry) => !old.has(entry)).map((entry) => `${field}: +${entry}`),
    ...before.filter((entry) => !wanted.has(entry)).map((entry) => `${field}: -${entry}`),
  ];
}

/** A list whose order counts. */
function changedOrder(field: string, before: readonly string[], after: readonly string[]): readonly string[] {
  const changes = changedList(field, before, after);
  return changes.length === 0 && before.join('\n') !== after.join('\n') ? [`${field}: another order`] : changes;
}

/** Names only: Events must not show values. */
function changedMap(
  field: string,
  before: Readonly<Record<string, string>>,
  after: Readonly<Record<string, string>>,
): readonly string[] {
  return [
    ...Object.keys(after).flatMap((name) =>
      before[name] === undefined
        ? [`${field}: +${name}`]
        : before[name] === after[name]
          ? []
          : [`${field}: ${name} changed`],
    ),
    ...Object.keys(before).flatMap((name) => (after[name] === undefined ? [`${field}: -${name}`] : [])),
  ];
}
