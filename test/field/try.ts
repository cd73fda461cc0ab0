import { parse } from 'yaml';
import { z } from 'zod';
import type { Source } from '../../src/imagespec/effective.ts';
import { classifyBuilder } from '../../src/kaniko/failures.ts';
import { commandLine } from '../support/commandLine.ts';
import { noPackages } from '../support/noPackages.ts';
import type { Tried } from './field.ts';

/** What came out: lines that people see. */
export interface Outcome {
  /** Of `init`: the spec without its base. */
  readonly spec: object | null;
  readonly findings: readonly string[];
  readonly warnings: readonly string[];
  /** Of a log: the row of the failure table. */
  readonly row: string | null;
}

const manifest = z.object({ spec: z.record(z.string(), z.unknown()) });
const report = z.object({
  findings: z.array(z.object({ line: z.number(), path: z.string(), message: z.string() })),
  warnings: z.array(z.object({ path: z.string(), message: z.string() })),
});

/** Tries an input in its way. */
export async function tryOut(tried: Tried): Promise<Outcome> {
  switch (tried.is) {
    case 'dockerfile':
      return validated({
        dockerfile: tried.text,
        ...(tried.args === undefined ? {} : { build: { args: tried.args } }),
      });
    case 'spec':
      return validated(`spec:\n${tried.text.replaceAll(/^/gm, '  ')}`);
    case 'file': {
      const names = (tried.with ?? []).flatMap((name) => ['--with', name]);
      const { out, err } = await commandLine(['init', 'demo', '--from', '-', '--as', tried.kind, ...names], tried.text);
      const { baseImage: _, ...spec } = manifest.parse(parse(out)).spec;
      return { spec, findings: linesOf(err), warnings: [], row: null };
    }
    case 'log': {
      const source: Source = {
        is: 'packages',
        ...noPackages,
        base: { is: 'image', reference: 'quay.io/jupyter/minimal-notebook' },
        credentialsSecret: null,
        env: [],
      };
      const end = `error building image: error building stage: failed to execute command: waiting for process to exit: exit status ${tried.exitCode}`;
      const found = classifyBuilder(`${tried.text}\n${end}\n`, tried.exitCode, source);
      return {
        spec: null,
        findings: found === undefined ? [] : [`${found.failure.reason}: ${found.failure.message}`],
        warnings: [],
        row: found?.row ?? null,
      };
    }
  }
}

async function validated(spec: object | string): Promise<Outcome> {
  const head = 'apiVersion: imagespec.dev/v1alpha1\nkind: ImageSpec\nmetadata: {name: demo}\n';
  const text = `${head}${typeof spec === 'string' ? spec : `spec: ${JSON.stringify(spec)}`}\n`;
  const { out } = await commandLine(['validate', '-f', '-', '-o', 'json'], text);
  const { findings, warnings } = report.parse(JSON.parse(out));
  const lineOf = ({ path, message }: { readonly path: string; readonly message: string }) =>
    `${path === 'spec.dockerfile' ? '' : `${path}: `}${message}`;
  return { spec: null, findings: findings.map(lineOf), warnings: warnings.map(lineOf), row: null };
}

function linesOf(text: string): readonly string[] {
  return text.split('\n').filter((line) => line !== '');
}
