/** Longest text of a value that is shown. */
const longestText = 80;
/** Of what is alike, before a difference in long texts. */
const shownBefore = 20;
const mostDifferences = 50;

/** Fields of the metadata that people set; the API server keeps the others. */
const metadataFields = ['labels', 'annotations', 'ownerReferences'];

/**
 * Where an object would change, a line each: `spec.replicas: 2 -> 1`. Both are as the API server gives them, so that defaults
 * and what others own are no difference; the status, and what the server keeps for itself, is none either.
 */
export function differences(before: object, after: object): readonly string[] {
  const found: string[] = [];
  compare('', withoutServerFields(before), withoutServerFields(after), found);
  return found;
}

function withoutServerFields(object: object): object {
  const { metadata = {}, status, ...rest } = object as { metadata?: object; status?: unknown };
  const own = Object.entries(metadata).filter(([name]) => metadataFields.includes(name));
  return { metadata: Object.fromEntries(own), ...rest };
}

function compare(path: string, before: unknown, after: unknown, found: string[]): void {
  if (found.length >= mostDifferences || Object.is(before, after)) return;
  if (isObject(before) && isObject(after)) {
    for (const name of new Set([...Object.keys(before), ...Object.keys(after)])) {
      compare(path === '' ? name : `${path}.${name}`, before[name], after[name], found);
    }
  } else if (Array.isArray(before) && Array.isArray(after) && before.length === after.length) {
    for (const [index, value] of before.entries()) compare(`${path}.${index}`, value, after[index], found);
  } else if (JSON.stringify(before) !== JSON.stringify(after)) {
    found.push(`${path}: ${change(written(before), written(after))}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function written(value: unknown): string {
  return value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
}

/** Long texts are shown from a little before where they begin to differ. */
function change(before: string, after: string): string {
  const isLong = before.length > longestText && after.length > longestText;
  let same = 0;
  while (isLong && same < before.length && before[same] === after[same]) same++;
  const start = Math.max(0, same - shownBefore);
  return `${part(before, start)} -> ${part(after, start)}`;
}

function part(text: string, start: number): string {
  const end = start + longestText;
  const cut = text.length > longestText ? ` (${text.length} characters)` : '';
  return `${start > 0 ? '…' : ''}${text.slice(start, end)}${text.length > end ? '…' : ''}${cut}`;
}
