import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { chartRules } from './chart.ts';

const base = join(import.meta.dirname, '..', '..', 'deploy', 'base');
const rbac = await readFile(join(base, 'rbac.yaml'), 'utf8');
const publish = await readFile(join(base, '..', 'jupyterhub', 'rbac-operator.yaml'), 'utf8');
const hub = await readFile(join(base, '..', 'jupyterhub', 'rbac-hub.yaml'), 'utf8');
const userRoles = await readFile(join(base, 'user-roles.yaml'), 'utf8');

describe("the chart's rules", () => {
  it('follow deploy/base', () => {
    const more = rbac.replace(/resources: \[jobs\]\n {4}verbs: .*\n/, 'resources: [cronjobs]\n    verbs: [get]\n');
    expect(parse(chartRules(more, userRoles, publish, hub))).toMatchObject({
      operator: expect.arrayContaining([{ apiGroups: ['batch'], resources: ['cronjobs'], verbs: ['get'] }]),
      publish: { configMap: 'imagespec-profiles', rules: [{ verbs: ['create'] }, { resources: ['configmaps'] }] },
      hub: [{ resourceNames: ['imagespec-profiles'], verbs: ['get'] }],
      leaderElection: [{ verbs: ['create'] }, { resourceNames: ['imagespec-operator'] }],
      userRoles: [{ name: 'imagespec-view' }, { name: 'imagespec-edit' }],
    });
  });

  it('are not made while an object there is in no template', () => {
    const more = rbac.replace('kind: Role\n', 'kind: Role\nmetadata:\n  name: another\n---\nkind: Role\n');
    expect(() => chartRules(more, userRoles, publish, hub)).toThrow(
      'Role/another of deploy/base/rbac.yaml is in no template',
    );
  });
});
