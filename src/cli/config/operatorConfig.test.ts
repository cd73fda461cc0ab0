import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { operatorConfigOf, readOperatorConfig } from './operatorConfig.ts';

const root = join(import.meta.dirname, '..', '..', '..');
const own = 'images: {operator: r.example/o:1}\noutput: {repositoryTemplate: "r.example/{namespace}/{name}"}\n';

function templateOf(text: string): string | null | undefined {
  const config = operatorConfigOf('f', text);
  return config.ok ? config.value.output.repositoryTemplate : config.failure;
}

describe("the operator's configuration", () => {
  it.each([
    ['itself', own],
    ["the chart's values", `config:\n  output: {repositoryTemplate: "r.example/{namespace}/{name}"}\nreplicas: 2\n`],
    [
      "the chart's values with an image",
      `image: {repository: r.example/o, tag: "2"}\nconfig:\n  output: {repositoryTemplate: "r.example/{namespace}/{name}"}\n`,
    ],
    [
      'manifests with the ConfigMap',
      `kind: Namespace\n---\nkind: ConfigMap\ndata:\n  config.yaml: |\n${own.replaceAll(/^/gm, '    ')}`,
    ],
  ])('is read from %s', (_, text) => {
    expect(templateOf(text)).toBe('r.example/{namespace}/{name}');
  });

  it('is read from the manifests that the project ships', async () => {
    expect(await readOperatorConfig(join(root, 'deploy', 'install.yaml'))).toMatchObject({ ok: true });
    const values = readFileSync(join(root, 'charts', 'imagespec-operator', 'values.yaml'), 'utf8');
    expect(operatorConfigOf('values.yaml', values)).toMatchObject({ ok: true });
  });

  it.each([
    ['config: {build: {retries: x}}', 'f: config.build.retries: '],
    ['kind: ConfigMap\ndata:\n  config.yaml: "build: 1"', 'f: data["config.yaml"]: line 1: '],
    ['output: 1', 'f: line 1: '],
    ['a: [', 'f: line 1, column '],
    ['', 'f: line 1: images'],
  ])('is refused with the place: %s', (text, place) => {
    const config = operatorConfigOf('f', text);
    expect(config.ok ? '' : config.failure).toContain(place);
  });

  it('says which file is missing', async () => {
    const config = await readOperatorConfig(join(root, 'none.yaml'));
    expect(config.ok ? '' : config.failure).toMatch(/none\.yaml: there is no such file or folder; correct the path/);
  });
});
