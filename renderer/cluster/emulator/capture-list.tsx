import { Check } from 'lucide-react';
import { useEffect, useRef, useState } from 'react';
import { type EmulatorCapture, emulatorKey } from '../../../app/mesh/aspen/emulator-files.ts';
import { formatBytes, formatDateTime } from '../../ui/format.ts';
import { moved, ranged } from './list-choice.ts';

interface Props {
  readonly captures: readonly EmulatorCapture[];
  /** `emulatorKey` of what is chosen. */
  readonly chosen: ReadonlySet<string>;
  /** Pods are told apart only where there are several. */
  readonly hasPods: boolean;
  onChoose(chosen: ReadonlySet<string>): void;
  /** Enter. */
  onOpen(): void;
}

/** Captures to choose from: arrows move, Space chooses, Shift with them chooses a range, Ctrl+A all that are shown. */
export function CaptureList({ captures, chosen, hasPods, onChoose, onOpen }: Props) {
  /** By key, as new ones come in before it. */
  const [active, setActive] = useState('');
  const element = useRef<HTMLDivElement>(null);
  const keys = captures.map(emulatorKey);
  const place = Math.max(0, keys.indexOf(active));

  useEffect(() => {
    if (active !== '') element.current?.querySelector('.is-active')?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  function toggle(key: string): void {
    const next = new Set(chosen);
    if (!next.delete(key)) next.add(key);
    onChoose(next);
  }

  function go(to: number, isRange: boolean): void {
    if (isRange) onChoose(new Set([...chosen, ...ranged(keys, place, to)]));
    setActive(keys[to] ?? '');
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    const key = keys[place];
    if (key === undefined) return;
    const to = moved(event.key, place, keys.length);
    if (to !== null) go(to, event.shiftKey);
    else if (event.key === ' ') {
      toggle(key);
      setActive(key);
    } else if (event.key === 'a' && (event.ctrlKey || event.metaKey)) onChoose(new Set([...chosen, ...keys]));
    else if (event.key === 'Enter') onOpen();
    else return;
    event.preventDefault();
  }

  return (
    <div
      ref={element}
      id="capture-list"
      className="capture-list"
      role="listbox"
      aria-label="Captures"
      aria-multiselectable
      aria-activedescendant={keys.length > 0 ? `capture-${place}` : undefined}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      {captures.map((capture, index) => {
        const key = emulatorKey(capture);
        return (
          // The keyboard is on the list, which names the active option.
          // biome-ignore lint/a11y/useKeyWithClickEvents: see above
          <div
            key={key}
            id={`capture-${index}`}
            className={`capture-option${index === place ? ' is-active' : ''}`}
            role="option"
            tabIndex={-1}
            aria-selected={chosen.has(key)}
            onClick={(event) => {
              if (event.shiftKey) go(index, true);
              else {
                toggle(key);
                setActive(key);
              }
            }}
          >
            <span className="capture-mark">{chosen.has(key) ? <Check size={13} /> : null}</span>
            <span className="capture-name data" title={`${capture.namespace}/${capture.pod}: ${capture.name}`}>
              {capture.name}
              {hasPods ? <span className="faint"> {capture.pod}</span> : null}
            </span>
            <span className={capture.kind === 'Diameter' ? 'diameter' : 'http1'}>{capture.kind}</span>
            <span className="muted">{capture.formats.join(', ')}</span>
            <span className="data">{formatDateTime(capture.changed).slice(0, 19)}</span>
            <span className="capture-size data">{formatBytes(capture.size)}</span>
          </div>
        );
      })}
    </div>
  );
}
