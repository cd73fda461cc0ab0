import { describe, expect, it } from 'vitest';
import { decideList } from './decide.ts';
import { projectList } from './seenList.ts';

const list = { namespace: 'jupyterhub', name: 'imagespec-profiles' };
const wanted = { 'profile_list.json': '[]\n', 'unavailable.json': '[]\n' };
const ours = { 'app.kubernetes.io/managed-by': 'imagespec-operator' };

function seen(content: object, labels: Readonly<Record<string, string>> = ours) {
  return projectList({ metadata: { uid: 'u', resourceVersion: '7', labels }, ...content });
}

const version = { uid: 'u', resourceVersion: '7' };

describe('decideList', () => {
  it('creates a missing ConfigMap', () => {
    expect(decideList(list, wanted, undefined)).toEqual({
      next: 'act',
      effect: { do: 'createList', list, data: wanted },
    });
  });

  it('rests on the wanted content, in any order', () => {
    const data = Object.fromEntries(Object.entries(wanted).toReversed());
    expect(decideList(list, wanted, seen({ data }))).toEqual({ next: 'rest' });
  });

  it('repairs a changed value, and removes foreign keys', () => {
    const found = seen({ data: { ...wanted, 'profile_list.json': '[1]', more: 'x' }, binaryData: { bin: 'eA==' } });
    expect(decideList(list, wanted, found)).toEqual({
      next: 'act',
      effect: { do: 'patchList', list, version, data: { ...wanted, more: null }, binaryData: { bin: null } },
    });
  });

  it('fills an emptied ConfigMap', () => {
    expect(decideList(list, wanted, seen({}))).toMatchObject({ effect: { do: 'patchList', data: wanted } });
  });

  it.each([[{}], [{ 'app.kubernetes.io/managed-by': 'Helm' }]])('leaves a foreign ConfigMap: %j', (labels) => {
    const decision = decideList(list, wanted, seen({ data: wanted }, labels));
    expect(decision).toMatchObject({ next: 'leave' });
    expect(decision).toMatchObject({ problem: expect.stringContaining('left as it is') });
  });
});
