import type { FilterField } from './field.ts';
import { findField } from './fields.ts';
import { printFilter } from './print.ts';
import type { FilterNode, Literal } from './syntax.ts';
import { readBoolean, readDuration, readTime } from './values.ts';

/** What can be handed over to Wireshark of a filter. */
export interface WiresharkPart {
  /** A display filter that no flow fails which the whole filter lets pass; '' when nothing can be said. */
  readonly text: string;
  /** The parts that Wireshark is not told, as they print. */
  readonly rest: readonly string[];
}

/** A part of a filter in Wireshark's words, and which packets of a flow can pass it. */
interface Translated {
  readonly text: string;
  readonly side: FilterField['side'];
}

/**
 * Which part of a filter Wireshark understands. Wireshark looks at one packet at a time: a condition on the request and one
 * on the answer never hold in the same packet, so of conditions joined by `&&` only those of the side that comes first are
 * handed over. `now` is what times like `-5m` count from.
 */
export function wiresharkPart(node: FilterNode | null, now: number): WiresharkPart {
  if (node === null) return { text: '', rest: [] };
  const kept: Translated[] = [];
  const rest: string[] = [];
  for (const part of conjuncts(node)) {
    const translated = translate(part, now);
    const side = kept.find((each) => each.side !== 'both')?.side ?? 'both';
    const fits = translated !== null && (side === 'both' || translated.side === 'both' || translated.side === side);
    if (fits) kept.push(translated);
    else rest.push(printFilter(part));
  }
  const text = kept.length === 1 ? kept[0]!.text : kept.map((part) => grouped(part.text)).join(' && ');
  return { text, rest };
}

function conjuncts(node: FilterNode): FilterNode[] {
  return node.kind === 'and' ? [...conjuncts(node.left), ...conjuncts(node.right)] : [node];
}

function grouped(text: string): string {
  return /\|\|| && /.test(text) ? `(${text})` : text;
}

/** The whole of a part, or null. */
function translate(node: FilterNode, now: number): Translated | null {
  switch (node.kind) {
    case 'search':
    case 'xor':
      return null;
    case 'and':
    case 'or': {
      const left = translate(node.left, now);
      const right = translate(node.right, now);
      if (left === null || right === null) return null;
      const isMixed = left.side !== 'both' && right.side !== 'both' && left.side !== right.side;
      if (node.kind === 'and' && isMixed) return null;
      const side = isMixed ? 'both' : left.side === 'both' ? right.side : left.side;
      return { text: `${grouped(left.text)} ${node.kind === 'and' ? '&&' : '||'} ${grouped(right.text)}`, side };
    }
    case 'not': {
      const operand = translate(node.operand, now);
      return operand && { text: `!(${operand.text})`, side: operand.side };
    }
    default:
      return translateTest(node, now);
  }
}

function translateTest(node: FilterNode & { kind: 'compare' | 'in' | 'present' }, now: number): Translated | null {
  const field = findField(node.field.name);
  if (!field || field.wireshark.length === 0) return null;
  // Wireshark makes text of no text, and has functions in comparisons alone.
  const isText = node.field.function === 'string' && field.type === 'string';
  const reference = isText ? { ...node.field, function: null } : node.field;
  if (reference.function !== null && node.kind !== 'compare') return null;
  const texts = field.wireshark.map((name) => printFilter(withField(node, { ...reference, name }, field, now)));
  return { text: texts.join(' || '), side: field.side };
}

function withField(
  node: FilterNode & { kind: 'compare' | 'in' | 'present' },
  reference: typeof node.field,
  field: FilterField,
  now: number,
): FilterNode {
  const compared: FilterField = reference.function === 'string' ? { ...field, type: 'string' } : field;
  const literal = (value: Literal) => wiresharkLiteral(value, compared, now);
  if (node.kind === 'present') return { ...node, field: reference };
  if (node.kind === 'compare') return { ...node, field: reference, value: literal(node.value) };
  const items = node.items.map(({ from, to }) => ({ from: literal(from), to: to && literal(to) }));
  return { ...node, field: reference, items };
}

/** Wireshark takes durations as plain seconds, quotes around text, and none around numbers and addresses. */
function wiresharkLiteral(value: Literal, field: FilterField, now: number): Literal {
  switch (field.type) {
    case 'duration':
      return { ...value, form: 'word', text: String((readDuration(value.text, field.unit) ?? 0) / 1000) };
    case 'time':
      return { ...value, form: 'string', text: `${timeText(readTime(value.text, now) ?? 0)} UTC` };
    case 'boolean':
      // Some of its fields have words of their own for true and false; all take numbers.
      return { ...value, form: 'word', text: readBoolean(value.text) ? '1' : '0' };
    case 'string':
      return value.form === 'word' ? { ...value, form: 'string' } : value;
    default:
      return { ...value, form: 'word' };
  }
}

/** Wireshark reads years of four digits: a time beyond them is before, or after, all packets either way. */
function timeText(milliseconds: number): string {
  const within = Math.min(Math.max(milliseconds, 0), Date.UTC(9_999, 11, 31, 23, 59, 59, 999));
  return new Date(within).toISOString().replace('T', ' ').replace('Z', '');
}
