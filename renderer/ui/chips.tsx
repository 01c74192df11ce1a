import { X } from 'lucide-react';
import { useEffect, useId, useRef, useState } from 'react';
import { formatCount } from './format.ts';
import './chips.css';

export interface Suggestion {
  readonly value: string;
  /** `142 of 150 pods`; ''. */
  readonly detail: string;
}

interface Props {
  readonly label: string;
  readonly values: readonly string[];
  readonly placeholder: string;
  /** Stands before the values: what they are. */
  readonly prefix?: string;
  readonly suggestions?: readonly Suggestion[];
  /** Only what is suggested can be added. */
  readonly closed?: boolean;
  /** What is wrong with a value, as a sentence; '' when nothing is. */
  problem?(value: string): string;
  onChange(values: readonly string[]): void;
}

const none: readonly Suggestion[] = [];
const mostShown = 50;

/**
 * A list of short texts in one box. Enter or a comma adds what was typed, Backspace in the empty box takes the last one
 * out; the arrow keys choose among suggestions. A text that is wrong stays in the box with the reason below it.
 */
export function Chips(props: Props) {
  const { label, values, placeholder, prefix = '', suggestions = none, closed = false, problem, onChange } = props;
  const [text, setText] = useState('');
  const [open, setOpen] = useState(false);
  const [highlighted, setHighlighted] = useState(-1);
  const [wrong, setWrong] = useState('');
  const input = useRef<HTMLInputElement>(null);
  const option = useRef<HTMLDivElement>(null);
  const id = useId();

  const part = text.trim().toLowerCase();
  const matching = suggestions.filter(({ value }) => !values.includes(value) && value.toLowerCase().includes(part));
  const offered = matching.slice(0, mostShown);
  const isOpen = open && offered.length > 0;
  const active = isOpen ? offered[Math.min(highlighted, offered.length - 1)] : undefined;

  function write(next: string): void {
    setText(next);
    setWrong('');
    setOpen(true);
    setHighlighted(closed && next.trim() !== '' ? 0 : -1);
  }

  /** Whether it was taken. */
  function add(value: string): boolean {
    const trimmed = value.trim();
    if (trimmed === '') return true;
    const known = !closed || suggestions.some((suggestion) => suggestion.value === trimmed);
    const reason = known ? (problem?.(trimmed) ?? '') : `There is no ${trimmed} here.`;
    setWrong(reason);
    if (reason !== '') return false;
    if (!values.includes(trimmed)) onChange([...values, trimmed]);
    setText('');
    setHighlighted(-1);
    return true;
  }

  /** Once the focus has arrived elsewhere: elements that vanish on its way would make the dialog take it to itself. */
  function leave(): void {
    setOpen(false);
    if (!closed) add(text);
  }

  function onKeyDown(event: React.KeyboardEvent): void {
    if (event.ctrlKey || event.metaKey || event.altKey) {
      if (event.key !== 'Enter' || text.trim() === '') return;
      // What was typed is looked at before all is sent.
      event.preventDefault();
      event.stopPropagation();
      add(text);
      return;
    }
    if (event.key === 'Enter' || event.key === ',') {
      if (event.key === 'Enter' && text.trim() === '' && active === undefined) return;
      event.preventDefault();
      add(active?.value ?? text);
    } else if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
      event.preventDefault();
      const step = event.key === 'ArrowDown' ? 1 : -1;
      setOpen(true);
      if (offered.length > 0) setHighlighted((highlighted + step + offered.length) % offered.length);
    } else if (event.key === 'Escape' && isOpen) {
      // Closes the list, not the sheet that it stands in.
      event.preventDefault();
      event.stopPropagation();
      setOpen(false);
    } else if (event.key === 'Backspace' && text === '') {
      onChange(values.slice(0, -1));
    }
  }

  useEffect(() => {
    if (active) option.current?.scrollIntoView({ block: 'nearest' });
  }, [active]);

  // A form is not sent while something wrong stands here.
  useEffect(() => input.current?.setCustomValidity(wrong), [wrong]);

  return (
    <div className="chips-field">
      <div className={`chips${wrong ? ' is-invalid' : ''}`} onPointerDown={(event) => focusInput(event, input.current)}>
        {prefix ? <span className="chips-prefix faint">{prefix}</span> : null}
        {values.map((value) => (
          <span key={value} className="chip data">
            {value}
            <button
              type="button"
              aria-label={`Remove ${value}`}
              onClick={() => onChange(values.filter((other) => other !== value))}
            >
              <X size={11} />
            </button>
          </span>
        ))}
        <input
          ref={input}
          className="data"
          role="combobox"
          aria-label={label}
          aria-expanded={isOpen}
          aria-controls={`${id}-list`}
          aria-autocomplete="list"
          aria-activedescendant={active ? `${id}-${offered.indexOf(active)}` : undefined}
          aria-invalid={wrong !== ''}
          aria-describedby={wrong ? `${id}-wrong` : undefined}
          value={text}
          placeholder={values.length === 0 ? placeholder : 'add…'}
          spellCheck={false}
          autoComplete="off"
          onChange={(event) => write(event.target.value)}
          onFocus={() => setOpen(true)}
          onBlur={() => setTimeout(leave)}
          onKeyDown={onKeyDown}
        />
      </div>
      {isOpen ? (
        <div className="chips-list menu" role="listbox" id={`${id}-list`} aria-label={label}>
          {offered.map((suggestion, index) => (
            // biome-ignore lint/a11y/useKeyWithClickEvents: its keys are the input's, which keeps the focus
            <div
              key={suggestion.value}
              ref={suggestion === active ? option : undefined}
              id={`${id}-${index}`}
              role="option"
              tabIndex={-1}
              aria-selected={suggestion === active}
              className="chips-option"
              onPointerDown={(event) => event.preventDefault()}
              onClick={() => add(suggestion.value)}
            >
              <span className="data ellipsis">{suggestion.value}</span>
              <span className="faint">{suggestion.detail}</span>
            </div>
          ))}
          {matching.length > offered.length ? (
            <p className="chips-more faint" role="presentation">
              {`${formatCount(matching.length - offered.length)} more: type part of the name`}
            </p>
          ) : null}
        </div>
      ) : null}
      {wrong ? (
        <p id={`${id}-wrong`} className="is-error" role="alert">
          {wrong}
        </p>
      ) : null}
    </div>
  );
}

function focusInput(event: React.PointerEvent, input: HTMLInputElement | null): void {
  if (event.target !== event.currentTarget) return;
  event.preventDefault();
  input?.focus();
}
