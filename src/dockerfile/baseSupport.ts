import type { Base, NameValue } from '../imagespec/effective.ts';
import { isBaseValue } from '../imagespec/env/extension.ts';
import { isDigest } from '../oci/digest.ts';
import { parseReference } from '../oci/reference.ts';
import { quoted } from '../packages/entries/quote.ts';
import { triggerFault } from './own/lint.ts';
import type { StageArgument } from './own/stageArguments.ts';

/** What the configuration of a base image decides about the builds on it. */
export interface DescribedBase {
  /** USER, '' when it sets none. */
  readonly user: string;
  /** Instructions that run first in a build on it (ONBUILD). */
  readonly onBuild: readonly string[];
}

/** Docker's own notation: a name or a number, perhaps with a group; in every part at most this many characters. */
const longestName = 64;
const name = `[A-Za-z0-9_][A-Za-z0-9_.-]{0,${longestName - 1}}`;
const userPattern = new RegExp(`^(?:${name}(?::${name})?)?$`);

/** ONBUILD instructions of one image, and the characters of one: far more than any image has. */
export const mostTriggers = 64;
export const longestTrigger = 4096;

/** Whether this is a USER; only such a text is written into a Dockerfile or a status. */
export function isUser(text: string): boolean {
  return userPattern.test(text);
}

/**
 * Whether a base that was kept in a status or an annotation may be written into a Dockerfile: each part has its grammar, and
 * others may write there.
 */
export function isWritable({ image, digest, user, env = [] }: Base): boolean {
  return parseReference(image).ok && isDigest(digest) && isUser(user) && env.every(isBaseValue);
}

/**
 * Why no image can be built on this base, as a sentence; undefined when one can. The base's author wrote these values, so
 * none of them may become an instruction of the rendered Dockerfile.
 */
export function baseFault(image: string, { user, onBuild }: DescribedBase): string | undefined {
  if (!isUser(user)) {
    return `${image} cannot be extended: its USER ${quoted(user)} is neither a name nor a number; use another base image, or correct it there`;
  }
  if (onBuild.length > mostTriggers) {
    return `${image} cannot be extended: it has ${onBuild.length} ONBUILD instructions, and ${mostTriggers} are the most; use another base image`;
  }
  for (const trigger of onBuild) {
    const fault =
      trigger.length > longestTrigger ? `is longer than ${longestTrigger} characters` : triggerFault(trigger);
    if (fault !== undefined) {
      return `${image} cannot be extended: its instruction ONBUILD ${quoted(trigger)} ${fault}; use another base image`;
    }
  }
  return undefined;
}

/** Why a build argument would do nothing on this base, as a sentence; undefined when each has its own value. */
export function baseArgumentFault(
  image: string,
  given: readonly StageArgument[],
  env: readonly string[],
): string | undefined {
  const values = new Map(env.map((text) => [text.split('=', 1)[0] ?? '', text.slice(text.indexOf('=') + 1)] as const));
  const shadowed = given.find(({ name, value }) => values.has(name) && values.get(name) !== value);
  return shadowed === undefined
    ? undefined
    : `${shadowed.place}: ${image} has ENV ${shadowed.name}, whose value the builder keeps, where Docker takes the argument's; set it in a RUN step of a Dockerfile, or take another base image`;
}

/** Why the base's values of these variables cannot be extended, as a sentence; undefined when they can. */
export function baseEnvFault(image: string, env: readonly NameValue[]): string | undefined {
  const wrong = env.find((variable) => !isBaseValue(variable));
  return wrong === undefined
    ? undefined
    : `${image}: its ${quoted(wrong.name)} is longer than 4096 characters or holds others than ASCII, so spec.env cannot extend it; write the whole value without $${wrong.name}`;
}
