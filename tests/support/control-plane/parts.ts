import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { partsFolder } from '../../../main/tasks/paths.ts';

const programs = ['kube-apiserver', 'kube-controller-manager', 'kube-scheduler', 'kwok', 'pilot-discovery'] as const;

/** Programs of a control plane: in the folder that KUBEBUILDER_ASSETS names, or where `npm run parts` puts them. */
export type ControlPlaneProgram = (typeof programs)[number] | 'etcd';

const folder = process.env.KUBEBUILDER_ASSETS || join(partsFolder, 'kubernetes');

/** Absolute path of a program, or '' when it is not there. */
export function programPath(program: ControlPlaneProgram): string {
  const path = join(folder, program);
  if (existsSync(path)) return path;
  if (program !== 'etcd') return '';
  return spawnSync('sh', ['-c', 'command -v etcd'], { encoding: 'utf8' }).stdout.trim();
}

/** The helm of the tests: beside the control plane's programs. */
export const helmProgram: string = join(folder, 'helm');

/** What is missing for a control plane, for the names of skipped tests; '' when all is there. */
export const missingParts: string = [...programs, 'etcd' as const]
  .filter((program) => programPath(program) === '')
  .join(', ');
