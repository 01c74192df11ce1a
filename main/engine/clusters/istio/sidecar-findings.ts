import type { Finding } from '../../../../app/api/cluster-types.ts';
import { gapSentence } from '../../../../app/mesh/aggregator-nodes.ts';
import type { CaptureOptions } from '../../../../app/mesh/capture-options.ts';
import { count } from './check.ts';
import { checkPods } from './pod-checks.ts';
import { coveredPods, type Survey } from './survey.ts';

/** Pods named as evidence of one reason. */
const mostNamed = 10;

/** Pods of the captured area that no sidecar looks at, by why: of them nothing comes. */
export function sidecarFindings(survey: Survey, capture: CaptureOptions): readonly Finding[] {
  const { captured, excluded } = coveredPods(survey, capture);
  const none: Finding = {
    id: 'no-sidecars',
    severity: 'error',
    title: 'No pod of the captured area has a sidecar that captures',
    evidence: [`${count(excluded.length, 'pod')} excluded by name`],
    remedy: 'Capture a wider area, exclude less, or give the pods sidecars.',
  };
  const missed = gapSentence(captured, survey.gaps);
  const unreached: Finding = {
    id: 'no-aggregator',
    severity: 'warning',
    title: 'Nodes with pods to be captured have no aggregator',
    evidence: [missed, ...survey.gaps.slice(0, mostNamed).map(({ node, reason }) => `${node}: ${reason}`)],
    remedy:
      'Make the node ready, or room on it (100m CPU, 256 MiB): its pods are captured as soon as its aggregator is ready. Nothing has to be switched for that.',
  };
  const missing = checkPods(survey, capture).filter(({ id }) => id === 'sidecars');
  return [
    ...(captured.length === 0 ? [none] : []),
    ...(missed === '' ? [] : [unreached]),
    ...missing.map(({ title, detail, remedy, items }, index): Finding => {
      const more = items.length > mostNamed ? [`and ${items.length - mostNamed} more`] : [];
      const evidence = [detail, ...items.slice(0, mostNamed), ...more].filter((line) => line !== '');
      return { id: `sidecars-${index}`, severity: 'info', title, evidence, remedy };
    }),
  ];
}
