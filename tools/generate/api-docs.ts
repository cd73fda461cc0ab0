import { annotations } from '../../src/api/names.ts';
import { crdCost } from '../crd/cost.ts';
import { type CrdRule, type CrdSchema, type CrdVersion, specAndStatus } from '../crd/crd.ts';
import { code, generatedFrom, table } from './markdown.ts';

/**
 * docs/api.md: every field of the resource with its type, bounds, default and meaning, its rules, and its annotations.
 *
 * @param bytes of the CRD as JSON.
 */
export function apiPage(version: CrdVersion, bytes: number): string {
  const { properties = {} } = version.schema.openAPIV3Schema;
  const { spec, status } = properties;
  if (spec === undefined || status === undefined) {
    throw new Error('the CRD has no spec or no status');
  }
  return `${generatedFrom('crds/imagespec.dev_imagespecs.yaml')}
# ImageSpec

\`imagespec.dev/${version.name}\`, kind \`ImageSpec\`, short name \`imgspec\`, namespaced. \`kubectl explain imagespec.spec\`
says the same. The API server immediately refuses an unknown field, a value out of bounds and a broken rule, naming the field;
packages, Dockerfiles and the platform's policy are the operator's to check, and it answers in the condition \`Ready\`.
Examples are in [deploy/samples](../deploy/samples).

- [spec](#spec): what is wanted
- [rules](#rules): what must hold between and in the fields
- [annotations](#annotations): one-time requests
- [status](#status): what the operator observed
- [columns](#columns): what \`kubectl get imagespecs\` shows
- [size](#size): what the CRD costs the API server

${section('##', 'spec', spec)}
## Rules

${table(['field', 'rule', 'what the API server says'], rules(version))}
## Annotations

Each asks once: the operator acts on a new value, and never again on the same one. A value that is there when the operator
first sees the object is only recorded. Any text will do, such as the time of day. Argo CD and Flux do not see them as drift.

${table(
  ['annotation', 'what it asks for'],
  [
    [
      code(annotations.rebuild),
      'Build again, without the layer cache and without reusing an image; the base is resolved again.',
    ],
    [code(annotations.retry), 'Try a failed build again, with the caches.'],
    [code(annotations.cancel), 'Stop the running build.'],
  ],
)}
${section('##', 'status', status)}
The conditions and their reasons are listed in [conditions.md](conditions.md).

## Columns

${table(
  ['column', 'shown', 'meaning'],
  version.additionalPrinterColumns.map(({ name, priority, description, jsonPath }) => [
    name.toUpperCase(),
    priority === 0 ? 'always' : code('-o wide'),
    description ?? code(jsonPath),
  ]),
)}
## Size

The CRD is ${figure(bytes)} bytes of JSON, where \`kubectl apply\` takes up to 262,144. The API server estimates
that its ${crdCost.rules} rules cost ${figure(crdCost.total)} at most; all rules of a CRD may cost ${figure(crdCost.totalLimit)}. The dearest, of
\`${crdCost.dearest.place}\`, costs ${figure(crdCost.dearest.cost)} of ${figure(crdCost.ruleLimit)}.
`;
}

function figure(count: number): string {
  return count.toLocaleString('en-US');
}

/** The fields of one object, then the objects in it. */
function section(heading: string, path: string, schema: CrdSchema): string {
  const fields = Object.entries(schema.properties ?? {});
  const rows = fields.map(([name, child]) => {
    const { meaning, fallback } = described(child.description ?? '');
    const required = schema.required.includes(name) ? ', required' : '';
    return [code(name), `${typeOf(child)}${required}`, bounds(child), fallback, meaning];
  });
  const inner = fields.flatMap(([name, child]) => {
    const object = child.items?.properties === undefined ? child : child.items;
    const place = `${path}.${name}${object === child ? '' : '[]'}`;
    return object.properties === undefined ? [] : [section('###', place, object)];
  });
  return [
    `${heading} ${path}\n`,
    `${schema.description ?? ''}\n`,
    table(['field', 'type', 'bounds', 'default', 'meaning'], rows),
    ...inner,
  ].join('\n');
}

/** The CRD has no defaults: its descriptions say which one the operator applies, in one of two forms. */
function described(text: string): { readonly meaning: string; readonly fallback: string } {
  const sentence = / ?Defaults to (.+?)\.(?= |$)/.exec(text);
  if (sentence !== null) {
    return { meaning: text.replace(sentence[0], ''), fallback: sentence[1] ?? '' };
  }
  return { meaning: text, fallback: /(\w+) \(default\)/.exec(text)?.[1] ?? '' };
}

function typeOf(schema: CrdSchema): string {
  if (schema.items !== undefined) {
    const keys = schema['x-kubernetes-list-map-keys'].map(code).join(', ');
    return `list of ${typeOf(schema.items)}${keys === '' ? '' : `, each ${keys} once`}`;
  }
  if (schema.additionalProperties !== undefined) {
    return `map of ${typeOf(schema.additionalProperties)}`;
  }
  if (schema['x-kubernetes-int-or-string']) {
    return 'quantity';
  }
  return schema.format === 'date-time' ? 'time' : (schema.type ?? '');
}

function bounds(schema: CrdSchema): string {
  if (schema.enum !== undefined) {
    return schema.enum.map(code).join(' ');
  }
  if (schema.items !== undefined) {
    const inner = bounds(schema.items);
    return `${range(schema.minItems, schema.maxItems, 'entries')}${inner === '' ? '' : `, each ${inner}`}`;
  }
  if (schema.additionalProperties !== undefined) {
    return range(undefined, schema.maxProperties, 'entries');
  }
  if (schema.type === 'integer') {
    return range(schema.minimum, schema.maximum, '');
  }
  return schema.format === 'date-time' ? '' : range(schema.minLength, schema.maxLength, 'characters');
}

function range(least: number | undefined, most: number | undefined, unit: string): string {
  const numbers =
    most === undefined
      ? least === undefined
        ? ''
        : `≥ ${least}`
      : least === undefined
        ? `≤ ${most}`
        : `${least} to ${most}`;
  return numbers === '' ? '' : `${numbers} ${unit}`.trimEnd();
}

function rules(version: CrdVersion): readonly (readonly string[])[] {
  return specAndStatus(version).flatMap(({ path, schema }) =>
    schema['x-kubernetes-validations'].map((rule) => [
      code(`${path}${rule.fieldPath ?? ''}`),
      code(rule.id),
      said(rule),
    ]),
  );
}

/** A message in words; what it computes from the value is an ellipsis. */
function said({ message, messageExpression = '' }: CrdRule): string {
  if (message !== undefined) {
    return message;
  }
  const words = messageExpression
    .replaceAll(/strings\.quote\([^+]*\)(?= \+|$)/g, `'"…"'`)
    .split(/'((?:[^'\\]|\\.)*)'/)
    .map((part, index) => (index % 2 === 1 ? part : part.includes('self') ? '…' : ''));
  // Of an expression with cases, the first one.
  return messageExpression.includes(' ? ') ? (/'([^']+)'/.exec(messageExpression)?.[1] ?? '') : words.join('');
}
