import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import type { Condition, ConditionStatus, ImageSpecStatus } from '../../../src/api/imagespec.generated.ts';
import { eventually } from '../../../tools/eventually.ts';
import { admission } from '../admission.ts';
import { succeed } from '../kubectl.ts';
import type { Place } from '../place.ts';
import { acceptedSpecs } from './accepted.ts';
import { manifestOf, refusedSpecs } from './cases.ts';

const root = join(import.meta.dirname, '..', '..', '..');

const samples = (await readdir(join(root, 'deploy/samples'))).filter((name) => name.endsWith('.yaml'));

/**
 * The tests of the CRD on one API server, which has it.
 * @param at where the tests may make ImageSpecs, once hooks have run
 */
export function crdTests(version: string, at: () => Place): void {
  it('is of that version, and finds the schema structural and the names free', async () => {
    expect(await succeed(at().kubectl(['version']))).toContain(`Server Version: v${version}.`);
    const conditions = '{range .status.conditions[*]}{.type}={.status}{"\\n"}{end}';
    const printed = await succeed(
      at().kubectl(['get', 'crd', 'imagespecs.imagespec.dev', '-o', `jsonpath=${conditions}`]),
    );
    expect(printed.trim().split('\n').toSorted()).toEqual(['Established=True', 'NamesAccepted=True']);
  });

  describe('admission', () => {
    it.each(refusedSpecs)('refuses %s', async (_, spec, field, says) => {
      const { admin, namespace } = at();
      const message = await admission(admin, namespace, 'row', spec);
      expect(message).toContain(field);
      expect(message).toContain(says);
    });

    it.each(acceptedSpecs)('accepts %s', async (_, spec) => {
      // kubectl prints the warnings of the API server.
      const asked = at().kubectl(['create', '--dry-run=server', '-f', '-'], manifestOf('row', spec));
      expect(await asked).toMatchObject({ exitCode: 0, stderr: '' });
    });

    it.each(samples)('takes the sample %s', async (sample) => {
      const printed = await succeed(at().kubectl(['apply', '-o', 'name', '-f', join(root, 'deploy/samples', sample)]));
      expect(printed).toMatch(/^imagespec\.imagespec\.dev\/[a-z-]+\n$/);
    });
  });

  describe('kubectl', () => {
    const now = '2026-11-23T20:51:18Z';
    const image = `r.example/imagespecs/default/columns@sha256:${'1'.repeat(64)}`;
    const status: ImageSpecStatus = {
      observedGeneration: 1,
      image,
      base: { image: 'jupyter/minimal-notebook', digest: `sha256:${'2'.repeat(64)}`, user: '1000', resolvedTime: now },
      conditions: [
        condition('Ready', 'True', 'BuildSucceeded', 'built in 17 s'),
        condition('Built', 'True', 'ImageReused', ''),
        condition('JupyterHubCompatible', 'Unknown', 'ProbeDisabled', ''),
        condition('Published', 'True', 'PreviousImageServed', ''),
      ],
    };

    function condition(type: string, holds: ConditionStatus, reason: string, message: string): Condition {
      return { type, status: holds, reason, message, lastTransitionTime: now, observedGeneration: 1 };
    }

    beforeAll(async () => {
      await succeed(
        at().kubectl(['create', '-f', '-'], manifestOf('columns', { baseImage: 'jupyter/minimal-notebook' })),
      );
    });

    it('shows an object that the operator has not seen yet as not current', async () => {
      const path = 'jsonpath={.spec} {.status}';
      expect(await succeed(at().kubectl(['get', 'imgspec', 'columns', '-o', path]))).toBe(
        '{"baseImage":"jupyter/minimal-notebook"} {"observedGeneration":-1}',
      );
    });

    it('takes a status without a generation for not current', async () => {
      const patch = ['patch', 'imagespec', 'columns', '--subresource=status', '--type=merge', '-p'];
      await succeed(at().kubectl([...patch, '{"status":{"observedGeneration":null,"tags":["r.example/a:b"]}}']));
      const generation = 'jsonpath={.status.observedGeneration}';
      expect(await succeed(at().kubectl(['get', 'imagespec', 'columns', '-o', generation]))).toBe('-1');
    });

    it('prints the columns, more of them when wide', async () => {
      const patch = JSON.stringify({ status });
      await succeed(
        at().kubectl(['patch', 'imagespec', 'columns', '--subresource=status', '--type=merge', '-p', patch]),
      );
      const narrow = cells(await succeed(at().kubectl(['get', 'imagespecs', 'columns'])));
      expect(narrow[0]).toEqual(['NAME', 'READY', 'STATUS', 'JUPYTERHUB', 'AGE', 'IMAGE']);
      expect(narrow[1]?.toSpliced(4, 1)).toEqual(['columns', 'True', 'BuildSucceeded', 'ProbeDisabled', image]);
      const wide = cells(await succeed(at().kubectl(['get', 'imgspec', 'columns', '-o', 'wide'])));
      expect(wide[0]?.slice(6)).toEqual(['BASE', 'BUILT', 'PUBLISHED', 'MESSAGE']);
      expect(wide[1]?.slice(6)).toEqual([
        'jupyter/minimal-notebook',
        'ImageReused',
        'PreviousImageServed',
        'built in 17 s',
      ]);
    });

    it('lists them with all else that belongs to JupyterHub', async () => {
      expect(await succeed(at().kubectl(['get', 'jupyterhub', '-o', 'name']))).toContain(
        'imagespec.imagespec.dev/columns',
      );
    });

    it.each([
      ['imagespec', 'imagespec.dev/rebuild'],
      ['imagespec.spec.packages.pip', 'PEP 508'],
      ['imagespec.spec.jupyterHub.policy', 'Require: an image that JupyterHub cannot launch is not Ready'],
      ['imagespec.spec.build.resources.limits', 'may use at most'],
      ['imagespec.status.conditions.reason', 'The reason, as one word for programs'],
    ])('explains %s', async (field, text) => {
      // The API server publishes a new type's schema a moment after it serves the type.
      const explained = await eventually('it is explained', 40, () => succeed(at().kubectl(['explain', field])));
      expect(explained.replaceAll(/\s+/g, ' ')).toContain(text);
    });
  });
}

/** Rows and cells of a table that kubectl printed; no cell here is empty. */
function cells(table: string): readonly string[][] {
  return table
    .trimEnd()
    .split('\n')
    .map((line) => line.trimEnd().split(/ {2,}/));
}
