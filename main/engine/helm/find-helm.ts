import { isProgram, namesProgram, placesOnPath } from '../program-path.ts';

/** The helm program: what the setting names, else the first on PATH; '' when there is none. */
export function findHelm(setting: string): string {
  if (setting !== '') return namesProgram(setting, 'helm') && isProgram(setting) ? setting : '';
  return placesOnPath(process.platform === 'win32' ? 'helm.exe' : 'helm').find(isProgram) ?? '';
}

/** How to get it. */
export function helmAdvice(setting: string): string {
  if (setting !== '') return `${setting} is not a helm program that can be started: correct its path.`;
  return 'helm was not found on PATH: install helm 3 (https://helm.sh/docs/intro/install), or name it in PACKET_INSPECTOR_HELM.';
}
