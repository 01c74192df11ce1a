import { describe, expect, it } from 'vitest';
import { distinctPermissions, permissionsFor, permissionsOfRole, permissionText, rulesFor } from './permission.ts';
import { resources } from './resources.ts';

const namespace = 'shop';

describe('permissions', () => {
  it('with the same names and verbs become one rule, and a rule becomes the permissions again', () => {
    const permissions = [
      ...permissionsFor(resources.configMap, ['get', 'delete'], { namespace, names: ['a', 'b'] }),
      ...permissionsFor(resources.service, ['get', 'delete'], { namespace, names: ['a', 'b'] }),
      ...permissionsFor(resources.pod, ['create'], { namespace, subresource: 'portforward' }),
    ];
    const rules = rulesFor(permissions);
    expect(rules).toEqual([
      { apiGroups: [''], resources: ['configmaps', 'services'], resourceNames: ['a', 'b'], verbs: ['get', 'delete'] },
      { apiGroups: [''], resources: ['pods/portforward'], verbs: ['create'] },
    ]);
    const role = {
      apiVersion: 'rbac.authorization.k8s.io/v1',
      kind: 'Role',
      metadata: { name: 'r', namespace },
      rules,
    };
    const texts = (all: typeof permissions) => all.map(permissionText).sort();
    expect(texts([...permissionsOfRole(role)])).toEqual(texts(permissions));
  });

  it('that a wider one holds are left out', () => {
    const wide = permissionsFor(resources.deployment, ['list']);
    const named = permissionsFor(resources.deployment, ['get', 'list'], { namespace, names: ['cart'] });
    expect(distinctPermissions([...wide, ...wide, ...named]).map(permissionText)).toEqual([
      'list deployments.apps',
      'get deployments.apps cart in shop',
    ]);
  });
});
