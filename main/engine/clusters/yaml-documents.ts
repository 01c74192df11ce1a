import { stringify } from 'yaml';

/**
 * Objects as YAML documents, each as it is. What Kubernetes' own client writes leaves out fields that it has other names
 * for, as `from` of a NetworkPolicy, which then lets everybody in.
 */
export function yamlDocuments(objects: readonly object[]): string {
  return objects.map((object) => stringify(object, { lineWidth: 0, aliasDuplicateObjects: false })).join('---\n');
}
