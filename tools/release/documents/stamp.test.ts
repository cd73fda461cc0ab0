import { describe, expect, it } from 'vitest';
import { stamped } from './stamp.ts';

const project = {
  name: 'imagespec-operator',
  version: '1.2.3-rc.1',
  description: '',
  license: '',
  registry: 'quay.io/somewhere',
  url: '',
};

describe('the stamp', () => {
  it.each([
    ['image: registry.example.com/imagespec-operator:0.1.0', 'image: quay.io/somewhere/imagespec-operator:1.2.3-rc.1'],
    ['a 127.0.0.1:5000/x/imagespec-operator:0.1.0-beta.2.', 'a quay.io/somewhere/imagespec-operator:1.2.3-rc.1'],
    ['registry.my.org/imagespec-operator:0.1.0', 'registry.my.org/imagespec-operator:1.2.3-rc.1'],
    [
      'registry.example.com/platform/imagespec-operator:0.1.0',
      'registry.example.com/platform/imagespec-operator:1.2.3-rc.1',
    ],
    [
      'helm install a oci://registry.example.com/charts/imagespec-operator --version 0.1.0 -n x',
      'helm install a oci://quay.io/somewhere/charts/imagespec-operator --version 1.2.3-rc.1 -n x',
    ],
    [
      'oci://registry.my.org/charts/imagespec-operator --version 0.1.0',
      'oci://registry.my.org/charts/imagespec-operator --version 1.2.3-rc.1',
    ],
    ['registry.example.com/imagespec-operator', 'registry.example.com/imagespec-operator'],
    ['jupyter/minimal-notebook:2026-11-16', 'jupyter/minimal-notebook:2026-11-16'],
  ])('%s', (text, expected) => {
    const once = stamped(text, project);
    expect(once).toBe(expected);
    expect(stamped(once, project)).toBe(once);
  });
});
