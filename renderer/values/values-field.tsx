import { useId } from 'react';
import type { ValuesField } from '../../app/mesh/aspen/values-fields.ts';
import { excludeProblem } from '../../app/mesh/name-matcher.ts';
import { Chips } from '../ui/chips.tsx';
import { fieldWords } from './field-words.ts';

interface Props {
  readonly field: ValuesField;
  /** As the file has it. */
  readonly value: unknown;
  /** What is wrong with it, a sentence each. */
  readonly problems: readonly string[];
  onChange(value: unknown): void;
}

/** One value of the file: its name for people, its key, and what is wrong with it. */
export function ValuesFieldView({ field, value, problems, onChange }: Props) {
  const id = useId();
  const key = field.path.join('.');
  const { title, placeholder } = fieldWords[key]!;
  const isWrong = problems.length > 0;
  const describedBy = isWrong ? `${id}-wrong` : undefined;
  const keyText = <code className="faint">{key}</code>;
  return (
    <div className={`values-field${isWrong ? ' is-wrong' : ''}`}>
      {field.kind === 'switch' ? (
        <label>
          <input
            type="checkbox"
            checked={value === true}
            aria-invalid={isWrong}
            aria-describedby={describedBy}
            onChange={(event) => onChange(event.target.checked)}
          />
          {title} {keyText}
        </label>
      ) : field.kind === 'list' ? (
        <>
          <p>
            {title} {keyText}
          </p>
          <Chips
            label={title}
            values={texts(value)}
            placeholder={placeholder}
            {...(field.path[0] === 'httpCapture' ? { problem: excludeProblem } : {})}
            onChange={onChange}
          />
        </>
      ) : (
        <>
          <label htmlFor={id}>
            {title} {keyText}
          </label>
          <input
            id={id}
            className={`text-field data${isWrong ? ' is-invalid' : ''}`}
            inputMode={field.kind === 'number' ? 'numeric' : 'text'}
            aria-invalid={isWrong}
            aria-describedby={describedBy}
            value={text(value)}
            placeholder={placeholder}
            spellCheck={false}
            autoComplete="off"
            onChange={(event) => onChange(written(event.target.value, field.kind === 'number'))}
          />
        </>
      )}
      {isWrong ? (
        <ul id={`${id}-wrong`} className="is-error">
          {problems.map((problem) => (
            <li key={problem}>{problem}</li>
          ))}
        </ul>
      ) : null}
    </div>
  );
}

/** What was typed, as the file is to have it: what is no number stays as it is, and is told. */
function written(typed: string, isNumber: boolean): unknown {
  if (typed === '') return null;
  return isNumber && /^\d{1,15}$/.test(typed) ? Number(typed) : typed;
}

function text(value: unknown): string {
  if (value === undefined || value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Each once, as the box shows them. */
function texts(value: unknown): readonly string[] {
  return Array.isArray(value) ? [...new Set(value.map(text))] : [];
}
