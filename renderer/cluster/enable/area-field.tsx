import { useState } from 'react';
import type { ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { CaptureArea } from '../../../app/mesh/capture-options.ts';
import { Chips } from '../../ui/chips.tsx';
import { Segments } from '../../ui/segments.tsx';
import { areaEntries, areaOf } from './capture-choice.ts';
import { namespaceSuggestions, workloadSuggestions } from './suggestions.ts';

/** Where captures are wanted. */
export function AreaField({
  inventory,
  area,
  problem,
  onChange,
}: {
  readonly inventory: ClusterInventory;
  readonly area: CaptureArea;
  /** What is missing in it; ''. */
  readonly problem: string;
  onChange(area: CaptureArea): void;
}) {
  // What was chosen comes back when its kind is chosen again.
  const [others, setOthers] = useState<Partial<Record<CaptureArea['kind'], CaptureArea>>>({});
  return (
    <section>
      <h3>Where</h3>
      <Segments
        label="Where"
        value={area.kind}
        options={[
          ['mesh', 'Whole mesh'],
          ['namespaces', 'Namespaces'],
          ['workloads', 'Workloads'],
        ]}
        onChange={(kind) => {
          setOthers({ ...others, [area.kind]: area });
          onChange(others[kind] ?? areaOf(kind, []));
        }}
      />
      {area.kind === 'mesh' ? null : (
        <Chips
          key={area.kind}
          label={area.kind === 'namespaces' ? 'Namespaces' : 'Workloads'}
          values={areaEntries(area)}
          placeholder={area.kind === 'namespaces' ? 'choose namespaces' : 'choose workloads'}
          closed
          suggestions={area.kind === 'namespaces' ? namespaceSuggestions(inventory) : workloadSuggestions(inventory)}
          onChange={(entries) => onChange(areaOf(area.kind, entries))}
        />
      )}
      {problem ? <p className="is-warning">{problem}</p> : null}
    </section>
  );
}
