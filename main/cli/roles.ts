import { type Command, InvalidArgumentError } from 'commander';
import { type AccessLevel, accessLevels } from '../../app/mesh/access.ts';
import { type AccessSubject, accessRoles } from '../../app/mesh/access-roles.ts';
import type { WorkloadName } from '../../app/mesh/capture-options.ts';
import { accessSite } from '../engine/clusters/istio/access-site.ts';
import { yamlDocuments } from '../engine/clusters/yaml-documents.ts';

type RolesFlags = Readonly<Record<AccessLevel, readonly AccessSubject[]>> & {
  readonly namespace: readonly string[];
  readonly workload: readonly WorkloadName[];
  readonly revision: string;
};

/** `roles`: the least that who views, captures or administers has to be allowed, as YAML. */
export function addRolesCommand(program: Command): void {
  const command = program
    .command('roles')
    .description('print the Roles for who views, captures and administers as YAML, with bindings for who is named')
    .option('-n, --namespace <name>', 'capture is chosen by this namespace; may be given several times', collect, [])
    .option('-w, --workload <namespace/name>', 'or by this workload; the same', collectWorkload, [])
    .option('--revision <name>', "revision of the mesh's control plane", 'default');
  for (const level of accessLevels) {
    command.option(`--${level} <who>`, 'user, group:NAME or serviceaccount:NAMESPACE/NAME', collectSubject, []);
  }
  command.action(({ namespace: namespaces, workload: workloads, revision, ...subjects }: RolesFlags) => {
    const area = { wholeMesh: namespaces.length + workloads.length === 0, namespaces, workloads };
    process.stdout.write(yamlDocuments(accessRoles(accessSite(area, revision), subjects)));
  });
}

function collect(value: string, before: readonly string[]): readonly string[] {
  return [...before, value];
}

function collectWorkload(value: string, before: readonly WorkloadName[]): readonly WorkloadName[] {
  const [, namespace, name] = /^([^/]+)\/([^/]+)$/.exec(value) ?? [];
  if (!namespace || !name) throw new InvalidArgumentError('not NAMESPACE/NAME');
  return [...before, { namespace, name }];
}

function collectSubject(value: string, before: readonly AccessSubject[]): readonly AccessSubject[] {
  return [...before, toSubject(value)];
}

function toSubject(text: string): AccessSubject {
  if (text.startsWith('group:')) return { kind: 'Group', name: text.slice('group:'.length) };
  if (!text.startsWith('serviceaccount:')) return { kind: 'User', name: text };
  const [, namespace, name] = /^serviceaccount:([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (!namespace || !name) throw new InvalidArgumentError('not serviceaccount:NAMESPACE/NAME');
  return { kind: 'ServiceAccount', namespace, name };
}
