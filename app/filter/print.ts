import { findField, looksLikeField } from './fields.ts';
import { isWord } from './lexer.ts';
import { isKeyword } from './parser.ts';
import type { FieldReference, FilterNode, Literal, SetItem } from './syntax.ts';

/** Writes a tree as a filter text that parses to the same tree, with no more parentheses than it needs. */
export function printFilter(node: FilterNode): string {
  switch (node.kind) {
    case 'and':
      return `${operand(node.left, node, 'left')} && ${operand(node.right, node, 'right')}`;
    case 'or':
      return `${operand(node.left, node, 'left')} || ${operand(node.right, node, 'right')}`;
    case 'xor':
      return `${operand(node.left, node, 'left')} xor ${operand(node.right, node, 'right')}`;
    case 'not':
      return node.operand.kind === 'present' || node.operand.kind === 'not'
        ? `!${printFilter(node.operand)}`
        : `!(${printFilter(node.operand)})`;
    case 'compare':
      return `${printField(node.field)} ${node.operator} ${printLiteral(node.value)}`;
    case 'in':
      return `${printField(node.field)} in {${node.items.map(printItem).join(', ')}}`;
    case 'present':
      return printField(node.field);
    case 'search':
      return printSearch(node.text);
  }
}

/** Joins two filters by `&&`, as a click on a value does. Either may be empty. */
export function joinFilters(left: string, right: string): string {
  if (left.trim() === '') return right;
  if (right.trim() === '') return left;
  return `${grouped(left)} && ${grouped(right)}`;
}

/** Text in double quotes, with what needs it escaped. */
export function quote(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replaceAll('\n', '\\n')
    .replaceAll('\r', '\\r')
    .replaceAll('\t', '\\t');
  return `"${escaped}"`;
}

/** Parentheses around what holds an `or` or `xor`; cheap to read off the text, and never wrong when there is none. */
function grouped(text: string): string {
  return /\|\||\^\^|\bor\b|\bxor\b/.test(text) ? `(${text})` : text;
}

const LEVELS = { or: 0, xor: 1, and: 2 } as const;

/** Operators group to the left, so the right operand needs parentheses at its own level too. */
function operand(node: FilterNode, parent: FilterNode & { kind: keyof typeof LEVELS }, side: 'left' | 'right'): string {
  const text = printFilter(node);
  if (node.kind !== 'and' && node.kind !== 'or' && node.kind !== 'xor') return text;
  const difference = LEVELS[node.kind] - LEVELS[parent.kind];
  return difference > 0 || (difference === 0 && side === 'left') ? text : `(${text})`;
}

function printField(field: FieldReference): string {
  const name = field.key === null ? field.name : `${field.name}[${quote(field.key)}]`;
  return field.function === null ? name : `${field.function}(${name})`;
}

function printLiteral(literal: Literal): string {
  if (literal.form === 'word' && isWord(literal.text)) return literal.text;
  if (literal.form === 'raw' && !/"|\\$/.test(literal.text)) return `r"${literal.text}"`;
  return quote(literal.text);
}

function printItem(item: SetItem): string {
  return item.to === null ? printLiteral(item.from) : `${printLiteral(item.from)}..${printLiteral(item.to)}`;
}

function printSearch(text: string): string {
  const plain = isWord(text) && !isKeyword(text) && !findField(text) && !looksLikeField(text);
  return plain ? text : quote(text);
}
