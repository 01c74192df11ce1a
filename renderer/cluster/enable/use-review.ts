import { useEffect, useState } from 'react';
import type { CapturePlan, Preflight } from '../../../app/api/cluster-types.ts';
import { chartErrorCode } from '../../../app/api/contract.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { useInspector } from '../../state/inspector.ts';
import { EngineError, messageOf } from '../../transport/engine-error.ts';
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
  /** The chart is what is wrong: the message belongs to its field. */
  readonly isChart: boolean;
}

const nothingSaid: Review = { preflight: null, plan: null, checking: false, message: '', isChart: false };

/** Asks whether capture can be switched on as chosen, and what that would do, whenever the choice has settled. */
export function useReview(id: string, capture: CaptureOptions, round: number): Review {
  const { client } = useInspector();
  const [review, setReview] = useState<Review>({ ...nothingSaid, checking: true });

  // `round` grows when the same is to be asked once more.
  // biome-ignore lint/correctness/useExhaustiveDependencies: see above
  useEffect(() => {
    if (choiceProblem(capture) !== '') {
      return setReview((before) => ({ ...before, checking: false, message: '', isChart: false }));
    }
    let current = true;
    setReview((before) => ({ ...before, checking: true }));
    const timer = setTimeout(async () => {
      // What cannot be planned may be for the reasons that the checks give.
      const [preflight, plan] = await Promise.allSettled([
        client.request('clusters.preflight', { id, capture }),
        client.request('clusters.plan', { id, capture }),
      ]);
      if (!current) return;
      const failure = [preflight, plan].find(({ status }) => status === 'rejected') as
        | PromiseRejectedResult
        | undefined;
      setReview({
        preflight: preflight.status === 'fulfilled' ? preflight.value : null,
        plan: plan.status === 'fulfilled' ? plan.value : null,
        checking: false,
        message: failure ? messageOf(failure.reason) : '',
        isChart: failure?.reason instanceof EngineError && failure.reason.code === chartErrorCode,
      });
    }, settleTime);
    return () => {
      current = false;
      clearTimeout(timer);
    };
  }, [client, id, capture, round]);

  return review;
}
