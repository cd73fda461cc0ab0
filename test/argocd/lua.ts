import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parse } from 'yaml';
import { z } from 'zod';
import { group, kind } from '../../src/api/names.ts';
import { argoLuaBinary } from '../../tools/cluster/artifacts/binaries.ts';
import { run } from '../../tools/cluster/artifacts/run.ts';

export const root = join(import.meta.dirname, '..', '..');

/** A script, the object that it gets, and what Argo CD wants of it. */
export interface Question {
  readonly do: 'health' | 'discover' | 'act';
  /** few: what a script of argocd-cm has. all: what a script has that is part of Argo CD. */
  readonly libraries: 'few' | 'all';
  readonly script: string;
  readonly object: unknown;
}

const program = argoLuaBinary();

const answerShape = z.object({ value: z.unknown(), error: z.string().optional() });

/** What Argo CD makes of each script's answer: the value, or its error. */
export type Answer = z.infer<typeof answerShape>;

/** Runs the scripts as Argo CD does. */
export async function ask(questions: readonly Question[]): Promise<readonly Answer[]> {
  const input = questions.map((question) => `${JSON.stringify(question)}\n`).join('');
  const lines = (await run(await program, [], { input })).trimEnd().split('\n');
  return lines.map((line) => answerShape.parse(JSON.parse(line)));
}

/** The scripts of ImageSpecs as an administrator installs them. */
export interface Scripts {
  readonly health: string;
  readonly discovery: string;
  /** By the name of the action. */
  readonly actions: ReadonlyMap<string, string>;
}

const cmShape = z.record(z.string(), z.string());
const actionsShape = z.strictObject({
  'discovery.lua': z.string(),
  definitions: z.array(z.strictObject({ name: z.string(), 'action.lua': z.string() })),
});

/** Reads the data of an argocd-cm as Argo CD does. */
export function scriptsOf(data: unknown): Scripts {
  const cm = cmShape.parse(data);
  const actions = actionsShape.parse(parse(cm[`resource.customizations.actions.${group}_${kind}`] ?? ''));
  return {
    health: cm[`resource.customizations.health.${group}_${kind}`] ?? '',
    discovery: actions['discovery.lua'],
    actions: new Map(actions.definitions.map((definition) => [definition.name, definition['action.lua']])),
  };
}

/** The patch of argocd-cm. */
export async function shippedScripts(): Promise<Scripts> {
  const text = await readFile(join(root, 'deploy', 'argocd', 'argocd-cm.yaml'), 'utf8');
  return scriptsOf(z.object({ data: z.unknown() }).parse(parse(text)).data);
}
