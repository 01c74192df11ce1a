import { describe, expect, it } from 'vitest';
import { KubeError } from '../kube/kube-error.ts';
import { emulatorProblem } from './problem.ts';

const pod = { namespace: 'analysis-emulator', pod: 'emulator-0' };
const said = (text: string, status = 0) => emulatorProblem(pod, new KubeError(status, '', text));

describe('why files of an emulator cannot be had', () => {
  it.each([
    // containerd, CRI-O with crun, and a shell that has no such tool.
    'sh in analysis-emulator/emulator-0: Internal error occurred: error executing command in container: failed to exec in container: failed to start exec "5f": OCI runtime exec failed: exec failed: unable to start container process: exec: "sh": executable file not found in $PATH: unknown',
    'sh in analysis-emulator/emulator-0: command terminated: executable file `sh` not found in $PATH: No such file or directory',
  ])('tells an image without a shell: %s', (text) => {
    expect(said(text)).toMatch(/^The image of analysis-emulator\/emulator-0 has no shell \(sh\), which is needed/);
  });

  it('tells which tool is missing', () => {
    expect(said('sh in analysis-emulator/emulator-0: sh: 1: find: not found')).toContain(
      'has no find, which is needed',
    );
    expect(said('sh in analysis-emulator/emulator-0: sh: stat: not found')).toContain('has no stat, which is needed');
  });

  it('tells a permission that is missing, a pod that has gone, and one whose container is started again', () => {
    expect(said('pods "emulator-0" is forbidden', 403)).toContain('ask for "create" and "get" of pods/exec');
    expect(said('pods "emulator-0" not found', 404)).toBe('The pod analysis-emulator/emulator-0 no longer exists.');
    expect(said('container not found ("emulator")', 500)).toMatch(
      /is not running at the moment .*: it is tried again\.$/,
    );
  });

  it('gives what was said where nothing better is known', () => {
    expect(said('the disk is on fire')).toBe(
      'The files of analysis-emulator/emulator-0 cannot be read: the disk is on fire',
    );
  });
});
