import { ChevronDown, ChevronUp, X } from 'lucide-react';
import { useEffect, useRef } from 'react';
import { formatCount } from '../ui/format.ts';
import { mostPlaces } from './find-text.ts';

interface Props {
  readonly wanted: string;
  /** Places where it was found, and the one that is looked at, from 0. */
  readonly count: number;
  readonly at: number;
  onChange(wanted: string): void;
  /** To the next place, or with -1 the one before. */
  onMove(step: 1 | -1): void;
  onClose(): void;
}

/** Finds a text in what stands below it. */
export function FindBar({ wanted, count, at, onChange, onMove, onClose }: Props) {
  const input = useRef<HTMLInputElement>(null);

  useEffect(() => {
    const element = input.current!;
    const focus = () => element.select();
    element.addEventListener('focus-find', focus);
    return () => element.removeEventListener('focus-find', focus);
  }, []);

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.key === 'Enter') onMove(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') onClose();
    else return;
    event.preventDefault();
    event.stopPropagation();
  }

  return (
    <search className="find-bar">
      <input
        ref={input}
        className="text-field data"
        aria-label="Find in the body"
        placeholder="Find in the body"
        value={wanted}
        spellCheck={false}
        onChange={(event) => onChange(event.target.value)}
        onKeyDown={onKeyDown}
      />
      <output className="muted">{wanted === '' ? '' : countText(count, at)}</output>
      <button
        type="button"
        className="icon-button"
        aria-label="Previous place"
        title="Previous (Shift Enter)"
        disabled={count === 0}
        onClick={() => onMove(-1)}
      >
        <ChevronUp size={14} />
      </button>
      <button
        type="button"
        className="icon-button"
        aria-label="Next place"
        title="Next (Enter)"
        disabled={count === 0}
        onClick={() => onMove(1)}
      >
        <ChevronDown size={14} />
      </button>
      <button type="button" className="icon-button" aria-label="Close the search" title="Close (Esc)" onClick={onClose}>
        <X size={14} />
      </button>
    </search>
  );
}

function countText(count: number, at: number): string {
  if (count === 0) return 'not found';
  return `${formatCount(at + 1)} of ${count === mostPlaces ? `${formatCount(count)} or more` : formatCount(count)}`;
}
