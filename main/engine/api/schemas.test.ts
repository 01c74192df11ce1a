import * as v from 'valibot';
import { describe, expect, it } from 'vitest';
import { schemas } from './schemas.ts';

/** The parts of a schema of valibot that are looked into. */
interface Part {
  readonly type: string;
  readonly entries?: Readonly<Record<string, Part>>;
  readonly wrapped?: Part;
  readonly item?: Part;
  readonly options?: readonly (Part | string)[];
  readonly pipe?: readonly { readonly type: string }[];
}

/** A schema's values that are no objects, with their place in it; fails where something may hold what is not looked at. */
function* leaves(part: Part, place: string): Generator<readonly [place: string, part: Part]> {
  switch (part.type) {
    case 'strict_object':
      for (const [name, entry] of Object.entries(part.entries!)) yield* leaves(entry, `${place}.${name}`);
      break;
    case 'variant':
      for (const option of part.options as readonly Part[]) yield* leaves(option, place);
      break;
    case 'nullable':
    case 'exact_optional':
      yield* leaves(part.wrapped!, place);
      break;
    case 'array':
      yield [place, part];
      yield* leaves(part.item!, `${place}[]`);
      break;
    case 'string':
    case 'number':
    case 'boolean':
    case 'literal':
    case 'picklist':
      yield [place, part];
      break;
    default:
      throw new Error(`${place} is of the kind ${part.type}, which may hold anything`);
  }
}

const all = Object.entries(schemas).flatMap(([name, schema]) => [...leaves(schema as unknown as Part, name)]);
const ofType = (type: string) => all.filter(([, part]) => part.type === type);
const takes = (part: Part, value: unknown) => v.is(part as unknown as v.GenericSchema, value);

describe("what the page may send of each request's parameters", () => {
  it('is an object of the fields that the contract has, and no others', () => {
    for (const [name, schema] of Object.entries(schemas)) {
      expect((schema as unknown as Part).type, name).toBe('strict_object');
      for (const other of [null, undefined, 'text', 1, { other: 1 }]) expect(v.is(schema, other), name).toBe(false);
    }
  });

  it('is bounded: no text and no list without an end, no number that is none', () => {
    expect(ofType('string').length).toBeGreaterThan(30);
    for (const [place, part] of ofType('string')) {
      for (const sign of ['a', '1', 'ab:1']) expect(takes(part, sign.repeat(9_000_000)), place).toBe(false);
    }
    for (const [place, part] of ofType('number')) {
      for (const number of [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e300, -1, '1'])
        expect(takes(part, number), `${place} ${number}`).toBe(false);
    }
    for (const [place, { pipe = [] }] of ofType('array'))
      expect(
        pipe.map(({ type }) => type),
        place,
      ).toContain('max_length');
  });
});
