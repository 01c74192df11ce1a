/** A row of the README's table: differences with tshark that are known and why they are right. */
export interface Explanation {
  readonly row: string;
  covers(capture: string, difference: string): boolean;
}

/**
 * The rows of the form "| `captures` | `stream/id side[n] field` | why |" in the README: in the first two columns, `*`
 * stands for any characters, and several captures are separated by spaces.
 */
export function readExplanations(readme: string): Explanation[] {
  return [...readme.matchAll(/^\| `([^`|]+)` +\| `([^`|]+)` +\| .*$/gm)].map(([row, captures, place]) => {
    const names = captures!.split(' ').map(pattern);
    const difference = pattern(place!);
    return {
      row,
      covers: (capture, text) =>
        names.some((name) => name.test(capture)) && difference.test(text.slice(0, text.indexOf(':'))),
    };
  });
}

function pattern(text: string): RegExp {
  const literal = text.replaceAll(/[.+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${literal.replaceAll('*', '.*')}$`);
}
