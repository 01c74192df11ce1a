import { findField, looksLikeField } from './fields.ts';
import { isWord } from './lexer.ts';
import { isKeyword } from './operators.ts';
import { parseFilter } from './parser.ts';
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

/**
 * Joins two filters as they are written, as a click on a value does; either may be empty. One that is joined otherwise
 * itself gets parentheses, and so does one that cannot be read.
 */
export function joinFilters(left: string, joint: '&&' | '||', right: string): string {
  if (left.trim() === '') return right;
  if (right.trim() === '') return left;
  const kind = joint === '&&' ? 'and' : 'or';
  return `${grouped(left.trim(), kind)} ${joint} ${grouped(right.trim(), kind)}`;
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

const LEVELS = { or: 0, xor: 1, and: 2 } as const;

function grouped(text: string, joint: 'and' | 'or'): string {
  const { node } = parseFilter(text);
  const isOther = node === null || (isJoined(node) && node.kind !== joint && !isInParentheses(text));
  return isOther ? `(${text})` : text;
}

/** The first parenthesis closes with the last: what is between them is a filter. */
function isInParentheses(text: string): boolean {
  return text.startsWith('(') && text.endsWith(')') && parseFilter(text.slice(1, -1)).node !== null;
}

function isJoined(node: FilterNode): node is FilterNode & { kind: keyof typeof LEVELS } {
  return node.kind === 'and' || node.kind === 'or' || node.kind === 'xor';
}

/** Operators group to the left, so the right operand needs parentheses at its own level too. */
function operand(node: FilterNode, parent: FilterNode & { kind: keyof typeof LEVELS }, side: 'left' | 'right'): string {
  const text = printFilter(node);
  if (!isJoined(node)) return text;
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
