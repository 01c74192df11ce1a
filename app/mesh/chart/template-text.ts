import { stringify } from 'yaml';

/** A text or number in an object that a value of the chart takes the place of. */
export interface Token {
  readonly is: string | number;
  /** Go template expression: `$own.image`. */
  readonly expression: string;
}

/**
 * An object as a helm template: each token, also within a text, becomes its expression, written as JSON, so that no value can
 * break out of its place.
 */
export function templateText(object: unknown, tokens: readonly Token[]): string {
  const places: string[] = [];
  const text = stringify(withPlaces(object, tokens, places), { lineWidth: 0, aliasDuplicateObjects: false });
  return text.replace(/PLACE(\d+)END/g, (_, index: string) => `{{ ${places[Number(index)]} }}`);
}

function withPlaces(value: unknown, tokens: readonly Token[], places: string[]): unknown {
  if (typeof value === 'string') return textPlace(value, tokens, places);
  if (typeof value === 'number') {
    const token = tokens.find(({ is }) => is === value);
    return token ? place(token.expression, places) : value;
  }
  if (Array.isArray(value)) return value.map((item) => withPlaces(item, tokens, places));
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, withPlaces(item, tokens, places)]));
}

function textPlace(text: string, tokens: readonly Token[], places: string[]): string {
  const whole = tokens.find(({ is }) => is === text);
  if (whole) return place(`${whole.expression} | toJson`, places);
  const used: string[] = [];
  let format = text.replaceAll('%', '%%');
  for (;;) {
    const next = firstToken(format, tokens);
    if (!next) break;
    format = `${format.slice(0, next.at)}%s${format.slice(next.at + String(next.token.is).length)}`;
    used.push(`(${next.token.expression} | toString)`);
  }
  // What is no template must not be taken for one.
  if (used.length === 0) return text.includes('{{') ? place(`${JSON.stringify(text)} | toJson`, places) : text;
  return place(`printf ${JSON.stringify(format)} ${used.join(' ')} | toJson`, places);
}

function firstToken(text: string, tokens: readonly Token[]): { readonly at: number; readonly token: Token } | null {
  const found = tokens
    .filter(({ is }) => typeof is === 'string')
    .map((token) => ({ at: text.indexOf(token.is as string), token }))
    .filter(({ at }) => at >= 0)
    .sort((left, right) => left.at - right.at);
  return found[0] ?? null;
}

function place(expression: string, places: string[]): string {
  return `PLACE${places.push(expression) - 1}END`;
}
