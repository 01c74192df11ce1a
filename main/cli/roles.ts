import { type Command, InvalidArgumentError } from 'commander';
import { type AccessLevel, accessLevels } from '../../app/mesh/access.ts';
import { type AccessSubject, accessRoles } from '../../app/mesh/access-roles.ts';
import type { WorkloadName } from '../../app/mesh/capture-options.ts';
import { accessSite } from '../engine/clusters/istio/access-site.ts';
import { yamlDocuments } from '../engine/clusters/yaml-documents.ts';
import { collect } from './collect.ts';

type RolesFlags = Readonly<Record<AccessLevel, readonly AccessSubject[]>> & {
  readonly namespace: readonly string[];
  readonly workload: readonly WorkloadName[];
  readonly revision: string;
  readonly meshNamespace?: string;
  readonly rootNamespace?: string;
};

/** `roles`: the least that viewing, capturing and administering take, as YAML. */
export function addRolesCommand(program: Command): void {
  const command = program
    .command('roles')
    .description('print Roles for viewing, capturing and administering as YAML, bound to the people you name')
    .option('-n, --namespace <name>', 'capture is allowed in this namespace only; repeatable', collect, [])
    .option(
      '-w, --workload <namespace/name>',
      'capture is allowed for this workload only; repeatable',
      collectWorkload,
      [],
    )
    .option('--revision <name>', "revision of the mesh's control plane", 'default')
    .option('--mesh-namespace <name>', "namespace of the mesh's control plane (default: istio-system)")
    .option('--root-namespace <name>', "rootNamespace of the mesh's configuration, where it is another one");
  for (const level of accessLevels) {
    const meaning = `who may ${level}: USER, group:NAME or serviceaccount:NAMESPACE/NAME; repeatable`;
    command.option(`--${level} <who>`, meaning, collectSubject, []);
  }
  command.action((flags: RolesFlags) => {
    const { namespace: namespaces, workload: workloads, revision, meshNamespace, rootNamespace, ...subjects } = flags;
    const area = { wholeMesh: namespaces.length + workloads.length === 0, namespaces, workloads };
    const mesh = { revision, ...(meshNamespace && { meshNamespace }), ...(rootNamespace && { rootNamespace }) };
    process.stdout.write(yamlDocuments(accessRoles(accessSite(area, mesh), subjects)));
  });
}

function collectWorkload(value: string, before: readonly WorkloadName[]): readonly WorkloadName[] {
  const [, namespace, name] = /^([^/]+)\/([^/]+)$/.exec(value) ?? [];
  if (!namespace || !name) throw new InvalidArgumentError('Write it as NAMESPACE/NAME.');
  return [...before, { namespace, name }];
}

function collectSubject(value: string, before: readonly AccessSubject[]): readonly AccessSubject[] {
  return [...before, toSubject(value)];
}

function toSubject(text: string): AccessSubject {
  if (text.startsWith('group:')) return { kind: 'Group', name: text.slice('group:'.length) };
  if (!text.startsWith('serviceaccount:')) return { kind: 'User', name: text };
  const [, namespace, name] = /^serviceaccount:([^/]+)\/([^/]+)$/.exec(text) ?? [];
  if (!namespace || !name) throw new InvalidArgumentError('Write it as serviceaccount:NAMESPACE/NAME.');
  return { kind: 'ServiceAccount', namespace, name };
}
