import { useId, useState } from 'react';
import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import type { ChoiceProblems } from './capture-choice.ts';

/** What is captured, and where that can be: HTTP in sidecars and gateways, Diameter in sidecars alone. */
export function ProtocolField({
  capture,
  problems,
  onChange,
}: {
  readonly capture: CaptureOptions;
  readonly problems: ChoiceProblems;
  onChange(change: Partial<CaptureOptions>): void;
}) {
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
            className={`text-field data${problems.port ? ' is-invalid' : ''}`}
            inputMode="numeric"
            aria-label="Port of Diameter"
            aria-invalid={problems.port !== ''}
            aria-describedby={problems.port ? `${id}-wrong` : undefined}
            value={port}
            disabled={!diameter}
            onChange={(event) => {
              setPort(event.target.value);
              onChange({ diameterPort: Number(event.target.value) });
            }}
          />
          <span className="muted">of sidecars only</span>
        </div>
      </div>
      {problems.port ? (
        <p id={`${id}-wrong`} className="is-error" role="alert">
          {problems.port}
        </p>
      ) : null}
      {problems.protocols ? <p className="is-warning">{problems.protocols}</p> : null}
    </section>
  );
}
