import { useEffect, useState } from 'react';
import type { CapturePlan, Preflight } from '../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { useInspector } from '../../state/inspector.ts';
import { messageOf } from '../../transport/engine-error.ts';
import { choiceProblem } from './capture-choice.ts';

/** How long after the last change the cluster is asked. Milliseconds. */
const settleTime = 300;

/** What the cluster says to a choice. */
export interface Review {
  /** Of the choice before, while `checking`; null before the first answer. */
  readonly preflight: Preflight | null;
  readonly plan: CapturePlan | null;
  readonly checking: boolean;
  /** Why it could not be asked; ''. */
  readonly message: string;
}

/** Asks whether capture can be switched on as chosen, and what that would do, whenever the choice has settled. */
export function useReview(id: string, capture: CaptureOptions, round: number): Review {
  const { client } = useInspector();
  const [review, setReview] = useState<Review>({ preflight: null, plan: null, checking: true, message: '' });

  // `round` grows when the same is to be asked once more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (choiceProblem(capture) !== '') return setReview((before) => ({ ...before, checking: false, message: '' }));
    let current = true;
    setReview((before) => ({ ...before, checking: true }));
    const timer = setTimeout(() => {
      Promise.all([
        client.request('clusters.preflight', { id, capture }),
        client.request('clusters.plan', { id, capture }),
      ]).then(
        ([preflight, plan]) => current && setReview({ preflight, plan, checking: false, message: '' }),
        (error: unknown) =>
          current && setReview({ preflight: null, plan: null, checking: false, message: messageOf(error) }),
      );
    }, settleTime);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, id, capture, round]);

  return review;
}
