import type { CapturePlan, ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { Chips } from '../../ui/chips.tsx';
import { AreaField } from './area-field.tsx';
import { bodyLimits, type ChoiceProblems, headerProblem, limitText } from './capture-choice.ts';
import { EndField } from './end-field.tsx';
import { ExceptField } from './except-field.tsx';
import { ImageField } from './image-field.tsx';
import { ProtocolField } from './protocol-field.tsx';

interface Props {
  readonly inventory: ClusterInventory;
  readonly capture: CaptureOptions;
  readonly plan: CapturePlan | null;
  readonly problems: ChoiceProblems;
  readonly disabled: boolean;
  onChange(change: Partial<CaptureOptions>): void;
}

/** What is to be captured, where, and for how long. */
export function CaptureForm({ inventory, capture, plan, problems, disabled, onChange }: Props) {
  return (
    <fieldset className="capture-form" disabled={disabled}>
      <AreaField
        inventory={inventory}
        area={capture.area}
        problem={problems.area}
        onChange={(area) => onChange({ area })}
      />
      <ExceptField inventory={inventory} capture={capture} plan={plan} onChange={onChange} />
      <ProtocolField capture={capture} problems={problems} onChange={onChange} />
      <LimitField limit={capture.bodyLimit} onChange={(bodyLimit) => onChange({ bodyLimit })} />
      <section>
        <h3>Redact at the source</h3>
        <Chips
          label="Redacted header fields"
          values={capture.redact}
          placeholder="names of header fields"
          problem={headerProblem}
          onChange={(redact) => onChange({ redact })}
        />
      </section>
      <EndField minutes={capture.minutes} slot={capture.slot} onChange={onChange} />
      <details>
        <summary>Image and analysis service</summary>
        <ImageField label="Image of a stock Node" image={capture.image} onChange={onChange} />
        <label>
          <span className="muted">Analysis service, host:port</span>
          <input
            className="text-field data"
            value={capture.analysisAddress}
            placeholder="our own"
            spellCheck={false}
            onChange={(event) => onChange({ analysisAddress: event.target.value.trim() })}
          />
        </label>
        {problems.address ? <p className="is-error">{problems.address}</p> : null}
      </details>
    </fieldset>
  );
}

function LimitField({ limit, onChange }: { readonly limit: number; onChange(limit: number): void }) {
  return (
    <section>
      <label>
        <h3>Bodies up to</h3>
        <select className="text-field" value={limit} onChange={(event) => onChange(Number(event.target.value))}>
          {bodyLimits(limit).map((bytes) => (
            <option key={bytes} value={bytes}>
              {limitText(bytes)}
            </option>
          ))}
        </select>
      </label>
    </section>
  );
}
