import type { CapturePlan, ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { excludeProblem } from '../../../app/mesh/name-matcher.ts';
import { Chips } from '../../ui/chips.tsx';
import { plural } from '../../ui/format.ts';
import { namespaceSuggestions } from './suggestions.ts';

interface Props {
  readonly inventory: ClusterInventory;
  readonly capture: Pick<CaptureOptions, 'excludeNamespaces' | 'excludePods'>;
  readonly plan: CapturePlan | null;
  onChange(change: Partial<CaptureOptions>): void;
}

/** Namespaces and pods that are left out, by name or regular expression. */
export function ExceptField({ inventory, capture, plan, onChange }: Props) {
  return (
    <section>
      <h3>Except</h3>
      <Chips
        label="Except namespaces"
        values={capture.excludeNamespaces}
        prefix="namespaces"
        placeholder="name, or a pattern like test-.*"
        problem={excludeProblem}
        suggestions={namespaceSuggestions(inventory)}
        onChange={(excludeNamespaces) => onChange({ excludeNamespaces })}
      />
      <Chips
        label="Except pods"
        values={capture.excludePods}
        prefix="pods"
        placeholder="name, or a pattern like dont-capture-me-.*"
        problem={excludeProblem}
        onChange={(excludePods) => onChange({ excludePods })}
      />
      <p className="muted">
        The whole name, or a regular expression for it{plan ? ` · leaves ${plural(plan.pods.length, 'pod')}` : ''}
      </p>
      {capture.excludeNamespaces.length + capture.excludePods.length > 0 ? (
        <p className="muted">What they exchange with captured pods is seen there.</p>
      ) : null}
    </section>
  );
}
