import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';
import { Segments } from '../../ui/segments.tsx';
import { leaseChoices, leaseText } from './capture-choice.ts';

/** When capture ends by itself, and what it leaves in the proxies. */
export function EndField({
  hasSlot = true,
  minutes,
  slot,
  onChange,
}: Pick<CaptureOptions, 'minutes' | 'slot'> & {
  /** Nothing of ours outlives a capture in Aspen Mesh, nor does anything in the cluster end it there. */
  readonly hasSlot?: boolean;
  onChange(change: Partial<CaptureOptions>): void;
}) {
  const choices = leaseChoices(minutes);
  return (
    <section>
      <h3>Stops by itself after</h3>
      <Segments
        label="Stops by itself after"
        value={String(minutes)}
        options={choices.map((each) => [String(each), each === null ? 'until off' : leaseText(each, true)] as const)}
        onChange={(chosen) => onChange({ minutes: chosen === 'null' ? null : Number(chosen) })}
      />
      {minutes === null ? (
        <p className="is-warning">
          Plaintext is captured until you switch it off.
          {hasSlot ? ' It still ends by itself soon after this program has gone.' : null}
        </p>
      ) : null}
      {hasSlot ? (
        <label className="capture-slot">
          <input
            type="checkbox"
            checked={slot === 'keep'}
            onChange={(event) => onChange({ slot: event.target.checked ? 'keep' : 'remove' })}
          />
          Leave the slot in the proxies, idle{' '}
          <span className="muted">so that ending it, and the next time, close no connection</span>
        </label>
      ) : (
        <p className="muted">By this program, which upgrades the release to off: leave it open until then.</p>
      )}
    </section>
  );
}
