import type { EmulatorPod } from '../../../app/mesh/aspen/emulator-files.ts';
import { errorText } from '../../log.ts';
import { isForbidden, isNotFound } from '../kube/kube-error.ts';

/** Programs of the image that its files are read with. */
const programs = 'sh|find|stat|sort|tail|head|cat';

/** What container runtimes say of a program that is not in the image. */
const noProgram = [
  new RegExp(`exec: \\\\?"(?:[^"]*/)?(${programs})\\\\?": (?:executable file not found|stat .*: no such file)`),
  new RegExp(`(?:exec|executable file) \`?(${programs})\`? (?:failed|not found)`),
  new RegExp(`(${programs}): (?:applet )?not found`),
];

/** Why files of an emulator's pod cannot be had, as a sentence that says what can be done. */
export function emulatorProblem({ namespace, pod }: EmulatorPod, error: unknown): string {
  const name = `${namespace}/${pod}`;
  const text = errorText(error);
  if (isForbidden(error)) {
    return `You may not run commands in ${name}, which is how its files are read: ask for "create" and "get" of pods/exec in ${namespace}.`;
  }
  if (isNotFound(error)) return `The pod ${name} no longer exists.`;
  const program = noProgram.map((pattern) => pattern.exec(text)?.[1]).find((found) => found !== undefined);
  if (program !== undefined) {
    const what = program === 'sh' ? 'shell (sh)' : program;
    return `The image of ${name} has no ${what}, which is needed to read its files: use an image that has one, or read them from a volume that is mounted at its /tmp.`;
  }
  if (/container (?:\S+ )?not found|container is not (?:running|created)|not running|ContainerCreating/i.test(text)) {
    return `The container of ${name} is not running at the moment (${text}): it is tried again.`;
  }
  if (/cd: |can't cd to \/tmp/.test(text)) return `${name} has no folder /tmp: ${text}`;
  return `The files of ${name} cannot be read: ${text}`;
}
