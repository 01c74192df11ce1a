/** Longest text of a value that is shown. */
const longestText = 80;
const mostDifferences = 50;

/**
 * Where an object in the cluster differs from what would be applied, a line each: `spec.replicas: 2 -> 1`. Fields that would
 * not be applied (defaults, status, what others own) are no difference.
 */
export function differences(wanted: unknown, there: unknown): readonly string[] {
  const found: string[] = [];
  compare('', wanted, there, found);
  return found;
}

function compare(path: string, wanted: unknown, there: unknown, found: string[]): void {
  if (found.length >= mostDifferences || Object.is(wanted, there)) return;
  if (isObject(wanted) && isObject(there)) {
    for (const [name, value] of Object.entries(wanted)) {
      compare(path === '' ? name : `${path}.${name}`, value, there[name], found);
    }
  } else if (Array.isArray(wanted) && Array.isArray(there) && wanted.length === there.length) {
    for (const [index, value] of wanted.entries()) compare(`${path}.${index}`, value, there[index], found);
  } else if (JSON.stringify(wanted) !== JSON.stringify(there)) {
    found.push(`${path}: ${short(there)} -> ${short(wanted)}`);
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function short(value: unknown): string {
  const text = value === undefined ? 'nothing' : typeof value === 'string' ? value : JSON.stringify(value);
  return text.length <= longestText ? text : `${text.slice(0, longestText)}… (${text.length} characters)`;
}
