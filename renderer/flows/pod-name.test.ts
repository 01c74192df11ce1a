import { expect, test } from 'vitest';
import { shortPodName } from './pod-name.ts';

test.each([
  ['frontend-7d9f86c5b4-x2k8p', ['frontend', '-…x2k8p']],
  ['aspen-mesh-analysis-emulator-66b8f5c97d-4mtlv', ['aspen-mesh-analysis-emulator', '-…4mtlv']],
  // A StatefulSet's, a DaemonSet's, a bare pod's and a made-up one.
  ['ocs-0', ['ocs-0', '']],
  ['node-exporter-x2k8p', ['node-exporter-x2k8p', '']],
  ['dont-capture-me-not', ['dont-capture-me-not', '']],
  ['web-aeiou13013-aeiou', ['web-aeiou13013-aeiou', '']],
  ['', ['', '']],
])('%s', (name, parts) => expect(shortPodName(name)).toEqual(parts));
