import { useId } from 'react';
import { Segments } from '../../ui/segments.tsx';

/** What stands in the field before anything is written: wrong until its parts are replaced. */
const template = '<service>.<namespace>.svc.cluster.local:<port>';

interface Props {
  /** `host:port`; '' for the emulator or our receiver in its place. */
  readonly address: string;
  readonly emulators: readonly string[];
  readonly problem: string;
  onChange(address: string): void;
}

/** Where captures go: to our receiver, to the emulator that is there, or to a network analysis tool by its address. */
export function AnalysisField({ address, emulators, problem, onChange }: Props) {
  const id = useId();
  const isOther = address !== '';
  const [found] = emulators;
  return (
    <section>
      <h3>Analysis service</h3>
      <Segments
        label="Analysis service"
        value={isOther ? 'other' : 'emulator'}
        options={[
          ['emulator', found ? 'The emulator' : 'Our receiver'],
          ['other', 'Another, by address'],
        ]}
        onChange={(kind) => onChange(kind === 'other' ? template : '')}
      />
      {isOther ? (
        <>
          <input
            className={`text-field data${problem ? ' is-invalid' : ''}`}
            aria-label="Address of the analysis service"
            aria-invalid={problem !== ''}
            aria-describedby={problem ? id : undefined}
            value={address}
            spellCheck={false}
            // An empty field would stand for the emulator.
            onChange={(event) => onChange(event.target.value.trim() || ':')}
            onFocus={(event) => event.target.select()}
          />
          {problem ? (
            <p id={id} className="is-error" role="alert">
              {problem}
            </p>
          ) : null}
        </>
      ) : (
        <p className="muted">
          {found
            ? `Found: ${emulators.join(', ')}`
            : 'Installed by helm as pi1-analysis-emulator; its captures come here.'}
        </p>
      )}
    </section>
  );
}
