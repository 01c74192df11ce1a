/** What is to be done about a complaint of helm, by what it says. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /another operation .* is in progress/,
    'Another upgrade of the release has not finished: wait for it, or roll back to the last deployed revision (`helm rollback`).',
  ],
  [
    /forbidden|cannot (get|list|create|patch|update|delete) resource/,
    'Ask an administrator of the cluster for that permission.',
  ],
  [/timed out waiting|context deadline exceeded/, 'The objects did not become ready in time: the doctor says why.'],
  [
    /found in Chart\.yaml, but missing in charts\//,
    'Subcharts are missing: name the release folder or a chart archive that has them.',
  ],
  [/could not find tiller|can't evaluate field Version/, 'It is helm 2: install helm 3.13 or later.'],
  [/cannot reuse a name that is still in use/, 'It is installed already.'],
];

/** helm's complaint as a sentence, with what to do where that is known; '' when it said nothing. Warnings are left out. */
export function helmProblem(output: string): string {
  const lines = output
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !/^(WARNING|level=|[IWE]\d{4} )/.test(line));
  const text = lines
    .join(' ')
    .replace(/^Error: /, '')
    .slice(0, 2000);
  if (text === '') return '';
  const remedy = remedies.find(([pattern]) => pattern.test(text))?.[1] ?? '';
  return `helm: ${text.replace(/\.?$/, '.')}${remedy ? ` ${remedy}` : ''}`;
}
