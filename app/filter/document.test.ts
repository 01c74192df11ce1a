import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { checkFilter } from './check.ts';
import { documentFields } from './document.ts';
import { FIELDS, findField } from './fields.ts';

const PAGE = new URL('../../docs/filter.md', import.meta.url);
const MARK = '-->\n';

describe('the page about filters', () => {
  it('ends with the table of fields as it is', async () => {
    const page = readFileSync(PAGE, 'utf8');
    const head = page.slice(0, page.indexOf(MARK) + MARK.length);
    await expect(`${head}\n${documentFields()}`).toMatchFileSnapshot(PAGE.pathname);
  });

  it('has every field', () => {
    const documented = [...documentFields().matchAll(/^\| `([\w.-]+)/gm)].map((match) => match[1]);
    expect(documented.sort()).toEqual(FIELDS.map((field) => field.name).sort());
  });

  it('names no field that does not exist', () => {
    const named = FIELDS.flatMap(({ text }) => text.match(/\b(?:flow|grpc|http|k8s)\.[\w.]*\w/g) ?? []);
    expect(named).toContain('flow.request.size');
    expect(named.filter((name) => findField(name) === undefined)).toEqual([]);
  });

  it('gives examples that are right', () => {
    const examples = [...readFileSync(PAGE, 'utf8').matchAll(/^ {4}(\S.*)$/gm)];
    expect(examples).toHaveLength(5);
    expect(examples.flatMap(([, example]) => checkFilter(example!, 0).errors)).toEqual([]);
  });
});
