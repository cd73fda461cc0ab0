import { imageSpecObject } from '../../../src/api/imageSpecObject.ts';
import type { ImageSpecSpec } from '../../../src/api/imagespec.generated.ts';
import type { CrdSchema } from '../../../tools/crd/crd.ts';
import { dockerfileText } from './dockerfiles.ts';
import { aptEntry, condaEntry, cranEntry, pipEntry } from './generate.ts';

type Random = () => number;

/** Fields of which exactly one is the source of a spec. */
const sources = ['baseImage', 'baseImageSpecRef', 'dockerfile'] as const;

/**
 * Makes specs with every field of the CRD: usual values, values at the bounds, and texts of odd characters. Most have one
 * source, and the fields that stand beside it; the API server would refuse some.
 * @param schema of `spec`
 */
export function specMaker(schema: CrdSchema): (random: Random) => ImageSpecSpec {
  return (random) => {
    const value: Record<string, unknown> = { ...fieldsOf(schema, 'spec', random, 0.2) };
    if (random() < 0.97) {
      const kept = pick(random, sources);
      for (const name of sources) {
        delete value[name];
      }
      value[kept] = valueOf(schema.properties?.[kept] ?? schema, `spec.${kept}`, random);
      if (kept === 'dockerfile') {
        delete value['packages'];
        delete value['env'];
      }
    }
    return imageSpecObject.shape.spec.parse(value);
  };
}

function fieldsOf(schema: CrdSchema, path: string, random: Random, share: number): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    if (schema.required.includes(name) || random() < share) {
      fields[name] = valueOf(field, `${path}.${name}`, random);
    }
  }
  return fields;
}

function valueOf(schema: CrdSchema, path: string, random: Random): unknown {
  switch (schema.type) {
    case 'object':
      return schema.additionalProperties === undefined
        ? fieldsOf(schema, path, random, 0.5)
        : Object.fromEntries(
            Array.from({ length: Math.floor(random() * 4) }, () => [
              pick(random, [...keys, oddText(random, 20)]),
              valueOf(schema.additionalProperties ?? schema, `${path}{}`, random),
            ]),
          );
    case 'array':
      return listOf(schema, path, random);
    case 'boolean':
      return random() < 0.5;
    case 'integer':
    case 'number':
      return numberOf(schema, random);
    case 'string':
    case undefined:
      return textOf(schema, path, random);
  }
}

/** Mostly short lists; some have the most entries, all different. */
function listOf(schema: CrdSchema, path: string, random: Random): readonly unknown[] {
  const { items = schema, maxItems = 4 } = schema;
  const make = (): unknown => valueOf(items, `${path}[]`, random);
  if (random() < 0.02) {
    const distinct = (index: number): unknown => (items.type === 'string' ? `x${index}` : make());
    return Array.from({ length: maxItems }, (_, index) => distinct(index));
  }
  return Array.from({ length: Math.floor(random() * Math.min(5, maxItems + 1)) }, make);
}

function numberOf({ minimum = 0, maximum = 2 ** 31 }: CrdSchema, random: Random): number {
  return pick(random, [minimum, maximum, minimum + Math.floor(random() * (maximum - minimum))]);
}

function textOf({ enum: words, maxLength = 256 }: CrdSchema, path: string, random: Random): string {
  if (words !== undefined) {
    return pick(random, words);
  }
  const chance = random();
  if (chance < 0.03) {
    // As many characters as are allowed; one of two units counts once.
    return pick(random, ['a', 'é', '\u{1F52D}', '\u0301', '\u202E', '$', '"', '\\', '[', 'a.', 'a/'])
      .repeat(maxLength)
      .slice(0, 2 * maxLength);
  }
  return chance < 0.1 ? oddText(random, Math.min(maxLength, 60)) : (usual(path)?.(random) ?? pick(random, plain));
}

/** Texts for the places that have a grammar. */
function usual(path: string): ((random: Random) => string) | undefined {
  switch (path) {
    case 'spec.dockerfile':
      return dockerfileText;
    case 'spec.packages.pip[]':
      return pipEntry;
    case 'spec.packages.conda[]':
      return condaEntry;
    case 'spec.packages.apt[]':
      return aptEntry;
    case 'spec.packages.cran[]':
      return cranEntry;
    case 'spec.baseImage':
      return (random) => pick(random, images);
    case 'spec.output.repository':
      return (random) => pick(random, repositories);
    case 'spec.packages.condaChannels[]':
    case 'spec.packages.pipIndexes[]':
      return (random) => pick(random, indexes);
    case 'spec.build.resources.requests{}':
    case 'spec.build.resources.limits{}':
      return (random) => pick(random, quantities);
    case 'spec.env[].name':
    case 'spec.build.args[].name':
      return (random) => pick(random, names);
    default:
      return undefined;
  }
}

/** Any characters: of two units, halves of them, controls, those that change direction or join, and those of shells. */
function oddText(random: Random, most: number): string {
  return Array.from({ length: Math.floor(random() * most) }, () => pick(random, units)).join('');
}

function pick<T>(random: Random, from: readonly T[]): T {
  const found = from[Math.floor(random() * from.length)];
  if (found === undefined) {
    throw new Error('there is nothing to choose from');
  }
  return found;
}

const units = [
  ...Array.from(
    'xA0 -_./:@#=,;~*?!%&|<>$})`\\"\'[]\n\r\t\0\u007F\u00E9\u00DF\u0130\u200B\u200D\u202E\u2028\uFEFF\uFFFF',
  ),
  '${',
  '$(',
  '\u001B[31m',
  'e\u0301',
  '\u{1F52D}',
  '\uD83D',
  '\uDD2D',
  '../',
  'FROM x\n',
  '__proto__',
  '{namespace}',
];
const keys = 'cpu memory ephemeral-storage nvidia.com/gpu kubernetes.io/arch a __proto__'.split(' ');
const plain =
  'a a-b team x1 push 2026-01-01 5.5.4 1.2.3 Exists NoSchedule latest true python -c constructor toString'.split(' ');
const images = [
  `busybox@sha256:${'a'.repeat(64)}`,
  `a/b:1@sha256:${'0'.repeat(64)}`,
  ...'busybox jupyter/minimal-notebook quay.io/jupyter/base-notebook:2026-01-01 r.example.com:5000/a/b'.split(' '),
  ...'docker.io/x localhost/x 10.0.0.1/a/b [::1]:5000/a A/b a//b a: a@sha256:1 https://quay.io/x scratch $A'.split(' '),
];
const repositories = [
  ...'registry.example.com/imagespecs/vision/astro r.example.com/a docker.io/a/b a/b a/b:1 a@sha256:0'.split(' '),
  ...'registry.example.com/{namespace}/x https://r.example.com/a r.example.com/ localhost:5000/x'.split(' '),
];
const indexes = [
  ...'conda-forge defaults pytorch/label/x https://pypi.org/simple https://c.example.com/x http://x.example'.split(' '),
  ...'internal https://user:secret@x.example/simple -y https://x.example/?a=b#c file:///etc'.split(' '),
];
const quantities = '1 500m 2Gi 1e3 0 -1 1.5 1Ki 9223372036854775807 1E99 x 0.1 1k'.split(' ');
const names = 'A B_1 PATH PIP_INDEX_URL HTTPS_PROXY a-b 1A LD_PRELOAD __proto__ \u00C9'.split(' ');
