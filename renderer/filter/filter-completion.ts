import type { Completion, CompletionContext, CompletionResult, CompletionSource } from '@codemirror/autocomplete';
import type { ValueCount } from '../../app/api/types.ts';
import { completeFilter, type Completion as FilterOption, printValue } from '../../app/filter/complete.ts';
import { formatCount } from '../ui/format.ts';

/** Asks the engine for values of a field that contain a text, most frequent first. */
export type ValueSource = (field: string, text: string) => Promise<readonly ValueCount[]>;

/** What the language says may stand at the cursor, and values that occur in the session. */
export function filterCompletion(values: ValueSource): CompletionSource {
  return async (context: CompletionContext): Promise<CompletionResult | null> => {
    const text = context.state.doc.toString();
    const { range, options, values: question } = completeFilter(text, context.pos);
    // In an empty box, completion comes when asked for, not by a click into it.
    if (text.trim() === '' && !context.explicit) return null;
    const found = question ? await values(question.field, question.text).catch(() => []) : [];
    if (context.aborted) return null;
    const all = [
      ...options.map(toCompletion),
      ...(question ? found.map((value) => valueCompletion(question.field, value)) : []),
    ];
    const written = text.slice(range[0], range[1]);
    const useful = all.filter((option) => option.label !== written);
    if (useful.length === 0) return null;
    // The language has chosen and ordered; CodeMirror must not do it again.
    return { from: range[0], to: range[1], options: useful, filter: false };
  };
}

function toCompletion(option: FilterOption): Completion {
  const followed = option.kind === 'field' && option.text.endsWith('["') ? '' : ' ';
  return { label: option.text, detail: option.detail, apply: option.text + followed };
}

function valueCompletion(field: string, { value, count }: ValueCount): Completion {
  const label = printValue(field, value);
  return { label, detail: formatCount(count), apply: `${label} ` };
}
