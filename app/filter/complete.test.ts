import { describe, expect, it } from 'vitest';
import { checkFilter } from './check.ts';
import { completeFilter, printEquality } from './complete.ts';
import { FIELDS } from './fields.ts';

/** Completes at the mark `|`. */
function at(marked: string) {
  const cursor = marked.indexOf('|');
  const text = marked.slice(0, cursor) + marked.slice(cursor + 1);
  const { range, options, values } = completeFilter(text, cursor);
  return { replaced: text.slice(...range), options: options.map((option) => option.text), values };
}

describe('completion', () => {
  it('offers fields where one may stand, those that begin alike first', () => {
    expect(at('|').options).toHaveLength(FIELDS.length);
    expect(at('http && !(k8s.src.p|').options).toEqual(['k8s.src.pod']);
    expect(at('meth|').options[0]).toBe('http.request.method');
    expect(at('http.resp|onse.code == 5')).toMatchObject({ replaced: 'http.response.code' });
    expect(at('len(http.ho|').options).toEqual(['http.host']);
    expect(at('http.req|').options).toContain('http.request.header["');
  });

  it('offers the operators that a field takes', () => {
    expect(at('http.host |').options).toEqual(['==', '!=', 'in', 'contains', 'matches']);
    expect(at('tcp.port >|').options).toEqual([]);
    expect(at('tcp.port |').options).toContain('>=');
    expect(at('ip.addr |').options).not.toContain('contains');
    expect(at('http |').options).toEqual(['&&', '||']);
    expect(at('flow.error |').options).toEqual(['&&', '||', '==', '!=', 'in']);
    expect(at('tcp.port in |').options).toEqual(['{']);
    expect(at('http.host == "x" |').options).toEqual(['&&', '||']);
    expect(at('tcp.port in {1} |').options).toEqual(['&&', '||']);
  });

  it('wants the values of the field', () => {
    expect(at('http.host == |').values).toEqual({ field: 'http.host', text: '' });
    expect(at('http.host == "sh|').values).toEqual({ field: 'http.host', text: 'sh' });
    expect(at('http.host == "sh|').replaced).toBe('"sh');
    expect(at('http.host == "sh|op" && http').replaced).toBe('"shop"');
    expect(at('k8s.pod in {"a", ca|').values).toEqual({ field: 'k8s.pod', text: 'ca' });
    expect(at('tcp.port == 8|').values).toEqual({ field: 'tcp.port', text: '8' });
    expect(at('flow.duration > |').values).toBeNull();
    expect(at('http.user_agent == "|').values).toBeNull();
  });

  it('knows the values of fields that have few', () => {
    expect(at('flow.error == |').options).toEqual(['true', 'false']);
    expect(at('flow.state == "re|')).toEqual({ replaced: '"re', options: ['"reset"'], values: null });
  });

  it('offers nothing behind what it cannot read', () => {
    expect(at('tcp.port in 80 |').options).toEqual([]);
    expect(at('http.host = |').options).toEqual([]);
  });

  it('prints values so that the filter is right', () => {
    const values = {
      string: 'say "hi"',
      number: '80',
      boolean: 'true',
      duration: '5ms',
      ipv4: '10.0.0.1',
      ipv6: '::1',
      time: '2026-11-22 14:00:00Z',
    };
    for (const field of FIELDS) {
      if (field.type === 'protocol' || field.type === 'presence' || field.type === 'group' || field.keyed) continue;
      expect(checkFilter(printEquality(field.name, values[field.type]), 0).errors, field.name).toEqual([]);
    }
  });
});
