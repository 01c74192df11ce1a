import type { AspenSummary, CapturePlan, ClusterInventory } from '../../../app/api/cluster-types.ts';
import { hasDiameter, hasExclusions, type ValuesSchema } from '../../../app/mesh/aspen/aspen-version.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { ChartField } from '../chart-field.tsx';
import { AnalysisField } from './analysis-field.tsx';
import type { ChoiceProblems } from './capture-choice.ts';
import { EndField } from './end-field.tsx';
import { ExceptField } from './except-field.tsx';
import { ImageField } from './image-field.tsx';
import { ProtocolField } from './protocol-field.tsx';

const schemaWords: Record<ValuesSchema, string> = {
  service: 'This version captures HTTP, in all pods with sidecars; it has no other values.',
  protocols: 'This version captures HTTP and Diameter, in all pods with sidecars; it can leave none out.',
  exclusions: 'This version captures HTTP and Diameter; for HTTP, namespaces and pods can be left out.',
};

interface Props {
  readonly id: string;
  readonly inventory: ClusterInventory;
  readonly aspen: AspenSummary;
  readonly capture: CaptureOptions;
  readonly plan: CapturePlan | null;
  readonly problems: ChoiceProblems;
  /** Why the chart cannot be used; ''. */
  readonly chartProblem: string;
  readonly disabled: boolean;
  onChange(change: Partial<CaptureOptions>): void;
  onChart(): void;
}

/** The values that this version of Aspen Mesh has for Packet Inspector, and what its release is upgraded with. */
export function AspenForm(props: Props) {
  const { id, inventory, aspen, capture, plan, problems, chartProblem, disabled, onChange, onChart } = props;
  return (
    <fieldset className="capture-form" disabled={disabled}>
      <section>
        <h3>Aspen Mesh {aspen.version}</h3>
        <p className="muted">{schemaWords[aspen.schema]}</p>
      </section>
      <AnalysisField
        address={capture.analysisAddress}
        emulators={aspen.emulators}
        problem={problems.address}
        onChange={(analysisAddress) => onChange({ analysisAddress })}
      />
      {hasDiameter(aspen.schema) ? <ProtocolField capture={capture} problems={problems} onChange={onChange} /> : null}
      {hasExclusions(aspen.schema) ? (
        <ExceptField inventory={inventory} capture={capture} plan={plan} onChange={onChange} />
      ) : null}
      <EndField hasSlot={false} minutes={capture.minutes} slot={capture.slot} onChange={onChange} />
      <ChartField id={id} path={aspen.chartPath} chart={aspen.chart} problem={chartProblem} onSaved={onChart} />
      {aspen.emulators.length === 0 && capture.analysisAddress === '' ? (
        <ImageField label="Image of a stock Node, for the receiver" image={capture.image} onChange={onChange} />
      ) : null}
    </fieldset>
  );
}
