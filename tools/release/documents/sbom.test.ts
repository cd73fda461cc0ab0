import { describe, expect, it } from 'vitest';
import { type Bom, goModules, withParts } from './sbom.ts';

const buildInfo = [
  '/usr/local/bin/crane: go1.26.1',
  '\tpath\tgithub.com/google/go-containerregistry/cmd/crane',
  '\tmod\tgithub.com/google/go-containerregistry\tv0.20.6\th1:x=',
  '\tdep\tgithub.com/spf13/cobra\tv1.9.1\th1:y=',
  '\tbuild\tCGO_ENABLED=0',
  '',
].join('\n');

const bom: Bom = {
  bomFormat: 'CycloneDX',
  components: [{ 'bom-ref': 'pkg:npm/zod@4', name: 'zod' }],
  dependencies: [],
};

describe('the bill of materials', () => {
  it('has the modules of a Go program and its Go', () => {
    expect(goModules(buildInfo).map(({ purl }) => purl)).toEqual([
      'pkg:golang/github.com/google/go-containerregistry@v0.20.6',
      'pkg:golang/github.com/spf13/cobra@v1.9.1',
      'pkg:golang/stdlib@1.26.1',
    ]);
    expect(goModules('')).toEqual([]);
  });

  it('takes further parts once', () => {
    const more = withParts(bom, goModules(buildInfo));
    expect(more.components).toHaveLength(4);
    expect(more.dependencies).toHaveLength(3);
    expect(withParts(more, goModules(buildInfo))).toEqual(more);
  });
});
