import { useId, useState } from 'react';
import type { CapturePlan, ClusterInventory } from '../../../app/api/cluster-types.ts';
import type { CaptureArea, CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { excludeProblem } from '../../../app/mesh/name-matcher.ts';
import { Chips, type Suggestion } from '../../ui/chips.tsx';
import { plural } from '../../ui/format.ts';
import { Segments } from '../../ui/segments.tsx';
import {
  areaEntries,
  areaOf,
  bodyLimits,
  headerProblem,
  leaseChoices,
  leaseText,
  limitText,
} from './capture-choice.ts';

interface Props {
  readonly inventory: ClusterInventory;
  readonly capture: CaptureOptions;
  readonly plan: CapturePlan | null;
  readonly disabled: boolean;
  onChange(change: Partial<CaptureOptions>): void;
}

/** What is to be captured, where, and for how long. */
export function CaptureForm({ inventory, capture, plan, disabled, onChange }: Props) {
  return (
    <fieldset className="capture-form" disabled={disabled}>
      <AreaField inventory={inventory} area={capture.area} onChange={(area) => onChange({ area })} />
      <section>
        <h3>Except</h3>
        <Chips
          label="Except namespaces"
          values={capture.excludeNamespaces}
          placeholder="namespaces, as test-.*"
          problem={excludeProblem}
          suggestions={namespaceSuggestions(inventory)}
          onChange={(excludeNamespaces) => onChange({ excludeNamespaces })}
        />
        <Chips
          label="Except pods"
          values={capture.excludePods}
          placeholder="pods, as dont-capture-me-.*"
          problem={excludeProblem}
          onChange={(excludePods) => onChange({ excludePods })}
        />
        <p className="muted">
          The whole name, or a regular expression for it{plan ? ` · leaves ${plural(plan.pods.length, 'pod')}` : ''}
        </p>
      </section>
      <ProtocolField capture={capture} onChange={onChange} />
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
      <LeaseField minutes={capture.minutes} onChange={(minutes) => onChange({ minutes })} />
      <details>
        <summary>Image and analysis service</summary>
        <label>
          <span className="muted">Image of a stock Node</span>
          <input
            className="text-field data"
            value={capture.image}
            spellCheck={false}
            onChange={(event) => onChange({ image: event.target.value.trim() })}
          />
        </label>
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
      </details>
    </fieldset>
  );
}

function AreaField({
  inventory,
  area,
  onChange,
}: {
  readonly inventory: ClusterInventory;
  readonly area: CaptureArea;
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
    </section>
  );
}

function ProtocolField({ capture, onChange }: Pick<Props, 'capture' | 'onChange'>) {
  const [port, setPort] = useState(String(capture.diameterPort ?? 3868));
  const diameter = capture.diameterPort !== null;
  const id = useId();
  return (
    <section>
      <h3>What</h3>
      <div className="capture-box">
        <label>
          <input
            type="checkbox"
            checked={capture.http}
            onChange={(event) => onChange({ http: event.target.checked })}
          />
          HTTP/1.1, HTTP/2, gRPC <span className="muted">of sidecars and gateways</span>
        </label>
        <div className="capture-diameter">
          <label>
            <input
              type="checkbox"
              checked={diameter}
              onChange={(event) => onChange({ diameterPort: event.target.checked ? Number(port) : null })}
            />
            Diameter
          </label>
          <label htmlFor={id}>on port</label>
          <input
            id={id}
            className="text-field data"
            inputMode="numeric"
            aria-label="Port of Diameter"
            value={port}
            disabled={!diameter}
            onChange={(event) => {
              setPort(event.target.value);
              onChange({ diameterPort: Number(event.target.value) });
            }}
          />
          <span className="muted">of sidecars</span>
        </div>
      </div>
    </section>
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

function LeaseField({
  minutes,
  onChange,
}: {
  readonly minutes: number | null;
  onChange(minutes: number | null): void;
}) {
  const choices = leaseChoices(minutes);
  return (
    <section>
      <h3>Stops by itself after</h3>
      <Segments
        label="Stops by itself after"
        value={String(minutes)}
        options={choices.map((each) => [String(each), each === null ? 'until off' : leaseText(each, true)] as const)}
        onChange={(chosen) => onChange(chosen === 'null' ? null : Number(chosen))}
      />
      {minutes === null ? (
        <p className="is-warning">
          Plaintext is captured until you switch it off. It still ends by itself soon after this program has gone.
        </p>
      ) : null}
    </section>
  );
}

function namespaceSuggestions(inventory: ClusterInventory): readonly Suggestion[] {
  return inventory.namespaces.map(({ name, pods, sidecars }) => ({ value: name, detail: podsText(sidecars, pods) }));
}

function workloadSuggestions(inventory: ClusterInventory): readonly Suggestion[] {
  return inventory.namespaces.flatMap((namespace) =>
    namespace.workloads.map(({ name, kind, pods, sidecars }) => ({
      value: `${namespace.name}/${name}`,
      detail: `${kind} · ${podsText(sidecars, pods)}`,
    })),
  );
}

function podsText(sidecars: number, pods: number): string {
  return sidecars === pods ? plural(pods, 'pod') : `${sidecars} of ${plural(pods, 'pod')}`;
}
