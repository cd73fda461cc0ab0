import { z } from 'zod';

/**
 * `{namespace}` keeps namespaces apart only as a whole part of the path behind literal parts: `x/{namespace}-*` of the
 * namespace `a` takes what belongs to `a-b`, and `{name}/{namespace}` what an ImageSpec is named after. A later `{namespace}`
 * is free. The chart's schema carries these patterns too, so they are in the syntax that Go and JavaScript share.
 */
const apart = /^([^*{]*\/\{namespace\}(\/.*)?|([^{]|\{name\})*)$/;
const apartMessage =
  'must have {namespace} as a whole part of the path with only literal parts before it, as in HOST/images/{namespace}/{name}: otherwise one namespace reaches repositories of another';

/** A repository without tag, with placeholders. Its first part, the registry, is literal. */
export const repositoryTemplate = z
  .string()
  .max(255)
  .regex(
    /^[a-z0-9._-]+(:\d{1,5})?(\/([a-z0-9._-]|\{namespace\}|\{name\})+)+$/,
    'must be a repository HOST/PATH without tag; {namespace} and {name} are replaced in its path',
  )
  .regex(apart, apartMessage);

/** A pattern of repositories; `imagespec/policy/patterns.ts` defines its meaning. `**` alone means any repository. */
export const repositoryPattern = z
  .string()
  .min(1)
  .max(512)
  .regex(
    /^([a-z0-9.-]+(:\d{1,5})?(\/([a-z0-9._*-]|\{namespace\}|\{name\})+)+|\*\*)$/,
    'must be HOST/PATH in lower case, where "*" stands for text without "/" and a last "**" for any path; {namespace} and {name} are replaced',
  )
  .regex(apart, apartMessage)
  .refine((text) => !text.includes('/**/'), 'must have "**" as its last part only');
