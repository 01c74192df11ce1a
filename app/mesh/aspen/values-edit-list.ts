import { isScalar, isSeq } from 'yaml';

/** An item of a list in lines: what it says, and its line with the comments above it and behind it. */
interface ItemLines {
  readonly value: unknown;
  readonly begin: number;
  readonly end: number;
}

/**
 * A text with the items of a list changed that is written in lines: those that are wanted no more go with their lines, new ones
 * come behind the last. Comments and the way that the others are written stay. null where it is no such list, or the order changes.
 */
export function editedList(text: string, node: unknown, value: unknown): string | null {
  if (!Array.isArray(value) || value.length === 0 || !isSeq(node) || node.flow) return null;
  const items = itemLines(text, node.items);
  if (items === null) return null;
  const wanted: unknown[] = [...value];
  const kept = items.filter((item) => {
    if (wanted[0] !== item.value) return false;
    wanted.shift();
    return true;
  });
  const last = items.at(-1)!;
  const dash = text.slice(items[0]!.begin, text.indexOf('-', items[0]!.begin));
  const added = wanted.map((item) => `${dash}- ${JSON.stringify(item)}\n`).join('');
  const lines = kept.map(({ begin, end }) => text.slice(begin, end));
  // The end of the file may lack its line end.
  const head = `${text.slice(0, items[0]!.begin)}${lines.join('')}`;
  const between = added !== '' && !head.endsWith('\n') ? '\n' : '';
  return `${head}${between}${added}${text.slice(last.end)}`;
}

/** null when an item is more than a text in a line of its own. */
function itemLines(text: string, items: readonly unknown[]): readonly ItemLines[] | null {
  const found: ItemLines[] = [];
  for (const item of items) {
    if (!isScalar(item) || !item.range) return null;
    const begin = text.lastIndexOf('\n', item.range[0] - 1) + 1;
    if (!/^ *- +$/.test(text.slice(begin, item.range[0]))) return null;
    const lineEnd = text.indexOf('\n', item.range[1]);
    found.push({
      value: item.value,
      begin: found.at(-1)?.end ?? begin,
      end: lineEnd < 0 ? text.length : lineEnd + 1,
    });
  }
  return found.length > 0 ? found : null;
}
