import { join } from 'node:path';
import { z } from 'zod';
import { run } from '../../cluster/artifacts/run.ts';
import { root } from '../project.ts';

const componentShape = z.looseObject({
  'bom-ref': z.string().optional(),
  name: z.string(),
  version: z.string().optional(),
});
const bomShape = z.looseObject({
  bomFormat: z.literal('CycloneDX'),
  components: z.array(componentShape),
  dependencies: z.array(z.looseObject({ ref: z.string(), dependsOn: z.array(z.string()).optional() })).default([]),
});

/** A bill of materials in the form of CycloneDX. */
export type Bom = z.infer<typeof bomShape>;

/** Something in the image that no npm package brings. */
export interface Part {
  readonly purl: string;
  readonly name: string;
  readonly version: string;
}

/** The npm packages behind the bundle, with versions and hashes from package-lock.json; the same text each time. */
export async function packagesBom(): Promise<Bom> {
  const program = join(root, 'node_modules', '.bin', 'cyclonedx-npm');
  const argv = ['--package-lock-only', '--omit', 'dev', '--omit', 'optional', '--omit', 'peer'];
  const text = await run(program, [...argv, '--output-reproducible', '--spec-version', '1.6', '--output-file', '-'], {
    cwd: root,
  });
  return bomShape.parse(JSON.parse(text));
}

/** The bill with further parts; one that is in it already stays. */
export function withParts(bom: Bom, parts: readonly Part[]): Bom {
  const there = new Set(bom.components.map((component) => component['bom-ref']));
  const added = parts
    .filter(({ purl }) => !there.has(purl))
    .map(({ purl, name, version }) => ({ type: 'library', 'bom-ref': purl, name, version, purl }));
  return {
    ...bom,
    components: [...bom.components, ...added],
    dependencies: [...bom.dependencies, ...added.map(({ 'bom-ref': ref }) => ({ ref }))],
  };
}

/**
 * The modules of a Go program, from what `go version -m` prints of it.
 *
 * @param buildInfo lines such as `\tdep\tgithub.com/x/y\tv1.2.3\th1:…`.
 */
export function goModules(buildInfo: string): readonly Part[] {
  const modules = [...buildInfo.matchAll(/^\t(?:mod|dep)\t(\S+)\t(v\S+)/gm)].map(([, name = '', version = '']) => ({
    name,
    version,
    purl: `pkg:golang/${name}@${version}`,
  }));
  const go = /: (go\d\S*)$/m.exec(buildInfo)?.[1];
  return go === undefined
    ? modules
    : [...modules, { name: 'stdlib', version: go.slice(2), purl: `pkg:golang/stdlib@${go.slice(2)}` }];
}
