import { z } from 'zod';
import type { ImageSpec } from '../../api/imagespec.generated.ts';
import { group, kind, version } from '../../api/names.ts';
import { failed, ok, type Result } from '../../api/result.ts';
import type { Config } from '../../config/schema.ts';
import { type Plan, planOf } from '../../dockerfile/plan.ts';
import { foreignPushSecretFault } from '../../imagespec/policy/secrets.ts';
import type { Asked } from '../../imagespec/resolveSpec.ts';
import { kindOf, wantedInstead } from '../../text/wrongKind.ts';
import type { ManifestDocument, Place } from './documents.ts';
import type { Finding } from './finding.ts';
import { placedFinding } from './placed.ts';
import { specSchema } from './schema.generated.ts';
import type { SchemaNode } from './schemaNode.ts';
import { entryFaults, soundPart } from './soundPart.ts';
import { type StructureFault, structureFaults } from './structure.ts';

/** An ImageSpec, or another document, which is skipped. */
type Checked =
  | { readonly is: 'other'; readonly what: string }
  | { readonly is: 'faulty'; readonly findings: readonly Finding[] }
  | { readonly is: 'fine'; readonly asked: Asked; readonly plan: Plan };

const anyObject = z.object({ apiVersion: z.string(), kind: z.string() });

/** Recognises an ImageSpec however faulty it is, so that no ImageSpec is skipped. */
const ours = z.object({
  apiVersion: z.string().startsWith(`${group}/`),
  kind: z.literal(kind),
  metadata: z.unknown().optional(),
  spec: z.unknown().optional(),
});

const anyFields = z.record(z.string(), z.unknown());

const named = z.object({ name: z.string().optional(), namespace: z.string().optional() }).nullish();

/** kubectl's namespace for a manifest without one. */
const defaultNamespace = 'default';

/**
 * Whether the API server and then the operator would accept this document. Checks structure, CRD rules, grammars,
 * Dockerfile and policy, and reports every fault at its place.
 */
function checkManifest(document: ManifestDocument, config: Config): Checked {
  const head = ours.safeParse(document.value);
  if (!head.success) {
    const object = anyObject.safeParse(document.value);
    return { is: 'other', what: object.success ? `${object.data.kind} of ${object.data.apiVersion}` : 'no object' };
  }
  const { apiVersion, spec } = head.data;
  const read = named.safeParse(head.data.metadata);
  const faults: readonly StructureFault[] = [
    ...(apiVersion === `${group}/${version}`
      ? []
      : [{ path: ['apiVersion'], message: `unknown version; write ${group}/${version}` }]),
    ...(read.success
      ? nameFaults(read.data?.name)
      : read.error.issues.map((issue) => headFault(document, head.data.metadata, issue.path))),
    ...(spec === undefined || spec === null
      ? [{ path: ['spec'], message: 'is missing; it describes what to build' }]
      : structureFaults(specSchema, spec, (path) => document.writtenAt(['spec', ...path])).map(({ path, message }) => ({
          path: ['spec', ...path],
          message,
        }))),
  ];
  const metadata = read.data;
  if (faults.length > 0) {
    const place = { namespace: metadata?.namespace ?? defaultNamespace, name: metadata?.name ?? 'name' };
    return {
      is: 'faulty',
      findings: inOrder([
        ...faults.map(({ path, message }) => findingAt(document.file, document.placeOf(path), joined(path), message)),
        ...soundPart(spec, faults).flatMap((part) => findingsOfSpec(document, { ...place, spec: part }, config)),
        ...entryFaults(spec, faults).map((sentence) => placedFinding(document, sentence)),
      ]),
    };
  }
  const asked = {
    namespace: metadata?.namespace ?? defaultNamespace,
    name: metadata?.name ?? '',
    spec: projectSpec(spec),
  };
  const plan = planOf(asked, config);
  return plan.ok
    ? { is: 'fine', asked, plan: plan.value }
    : { is: 'faulty', findings: inOrder(findingsOf(document, plan.failure.message)) };
}

/** The operator's objections to a part of a spec that the schema takes. */
function findingsOfSpec(
  document: ManifestDocument,
  asked: Omit<Asked, 'spec'> & { readonly spec: unknown },
  config: Config,
): readonly Finding[] {
  const plan = planOf({ ...asked, spec: projectSpec(asked.spec) }, config);
  return plan.ok ? [] : findingsOf(document, plan.failure.message);
}

/** A value that YAML reads as another type, such as the name `no` or `12`. */
function headFault(document: ManifestDocument, metadata: unknown, path: readonly PropertyKey[]): StructureFault {
  const parts = path.filter((part) => typeof part !== 'symbol');
  const [field] = parts;
  const value = field === undefined ? metadata : anyFields.safeParse(metadata).data?.[field];
  const kind = field === undefined ? 'table' : 'text';
  return {
    path: ['metadata', ...parts],
    message: `${kindOf(value)}; ${wantedInstead(kind, value, document.writtenAt(['metadata', ...parts]))}`,
  };
}

/** Findings in the order of the text. */
function inOrder(findings: readonly Finding[]): readonly Finding[] {
  return findings.toSorted((a, b) => a.line - b.line || a.column - b.column);
}

function findingAt(file: string, { line, column }: Place, path: string, message: string): Finding {
  return { file, line, column, path, message };
}

/** The narrower type of a spec that passed the schema. */
function projectSpec(spec: unknown): ImageSpec['spec'] {
  // The one projection of this edge: structureFaults found nothing.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return spec as ImageSpec['spec'];
}

function nameFaults(
  name: string | undefined,
): readonly { readonly path: readonly string[]; readonly message: string }[] {
  if (name === undefined || name === '') {
    return [{ path: ['metadata', 'name'], message: 'is missing' }];
  }
  return name.length <= 253 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/.test(name)
    ? []
    : [
        {
          path: ['metadata', 'name'],
          message: `${JSON.stringify(name)} is not a valid name: write lower-case letters, digits, "-" and "."`,
        },
      ];
}

/** Each line of an operator's message starts with a field. */
function findingsOf(document: ManifestDocument, message: string): readonly Finding[] {
  return message.split('\n').map((line) => placedFinding(document, line));
}

/** A path as the API server writes it: fields after dots, list indexes and map keys in brackets. */
function joined(path: readonly (string | number)[]): string {
  let node: SchemaNode | undefined = { properties: { spec: specSchema } };
  let text = '';
  for (const part of path) {
    const isKey = typeof part === 'string' && node?.additionalProperties !== undefined;
    text += typeof part === 'number' || isKey ? `[${part}]` : `${text === '' ? '' : '.'}${part}`;
    node = typeof part === 'number' ? node?.items : (node?.properties?.[part] ?? node?.additionalProperties);
  }
  return text;
}

/** An accepted document. */
interface Fine {
  readonly document: ManifestDocument;
  readonly asked: Asked;
  readonly plan: Plan;
}

/** The accepted and the faulty documents of a file. */
export interface CheckedFile {
  readonly findings: readonly Finding[];
  readonly fine: readonly Fine[];
  /** Number of documents that are no ImageSpec. */
  readonly others: number;
}

/**
 * Checks all documents, also against each other. Two of the same name in one namespace are a fault: the later would
 * overwrite the earlier. So is a pull Secret with which another one pushes.
 */
export function checkDocuments(documents: readonly ManifestDocument[], config: Config): CheckedFile {
  const findings: Finding[] = [];
  const fine: Fine[] = [];
  const seen = new Map<string, string>();
  let others = 0;
  for (const document of documents) {
    const checked = checkManifest(document, config);
    switch (checked.is) {
      case 'other':
        others += 1;
        break;
      case 'faulty':
        findings.push(...checked.findings);
        break;
      case 'fine': {
        const unique = unseen(seen, document, checked.asked);
        if (unique.ok) {
          fine.push({ document, asked: checked.asked, plan: checked.plan });
        } else {
          findings.push(unique.failure);
        }
        break;
      }
    }
  }
  const pushers = new Map(
    fine.map(({ asked: { namespace, name, spec } }) => [`${namespace}/${spec.output?.pushSecret ?? ''}`, name]),
  );
  const kept: Fine[] = [];
  for (const one of fine) {
    const { namespace, spec } = one.asked;
    const pusher = spec.pullSecret === undefined ? undefined : pushers.get(`${namespace}/${spec.pullSecret}`);
    if (spec.pullSecret === undefined || pusher === undefined) {
      kept.push(one);
    } else {
      findings.push(...findingsOf(one.document, foreignPushSecretFault(spec.pullSecret, pusher)));
    }
  }
  return { findings, fine: kept, others };
}

function unseen(
  seen: Map<string, string>,
  document: ManifestDocument,
  { namespace, name }: Asked,
): Result<true, Finding> {
  const key = `${namespace}/${name}`;
  const { line, column } = document.placeOf(['metadata', 'name']);
  const first = seen.get(key);
  if (first !== undefined) {
    const message = `${key} is also in ${first}; the later one would overwrite the earlier one`;
    return failed({ file: document.file, line, column, path: 'metadata.name', message });
  }
  seen.set(key, `${document.file}:${line}`);
  return ok(true);
}
