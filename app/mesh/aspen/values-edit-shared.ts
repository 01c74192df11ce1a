import { type Alias, type Document, isAlias, isMap, isNode, type Node, visit } from 'yaml';
import { helmYaml, isFilledMap, isPlacedKey } from '../helm-yaml.ts';
import { linesBelow } from './values-edit-lines.ts';

/**
 * A text in which what stands on the way to a value is shared with nothing else any more: aliases of it are written out, so
 * that a change reaches that value alone. null when nothing is shared.
 */
export function unshared(text: string, document: Document.Parsed, path: readonly string[]): string | null {
  const [alias] = sharedAliases(document, path);
  if (!alias?.range) return null;
  const node = alias.resolve(document);
  if (!node) return null;
  return writtenBelow(text, document, alias, node) ?? writtenInline(text, alias, node.toJS(document));
}

/** The alias on the way, else those of anchors on the way. */
function sharedAliases(document: Document.Parsed, path: readonly string[]): readonly Alias[] {
  const anchors = new Set<string>();
  let node: unknown = document.contents;
  for (const name of [...path, '']) {
    if (isAlias(node)) return [node];
    if (isNode(node) && 'anchor' in node && typeof node.anchor === 'string') anchors.add(node.anchor);
    node = isMap(node) ? node.get(name, true) : null;
  }
  const aliases: Alias[] = [];
  visit(document, {
    Alias(_, alias) {
      if (anchors.has(alias.source)) aliases.push(alias);
    },
  });
  return aliases;
}

/** A section in lines below its key. */
function writtenBelow(text: string, document: Document.Parsed, alias: Alias, node: Node): string | null {
  if (!isFilledMap(node)) return null;
  let edited: string | null = null;
  visit(document, {
    Pair(_, { key, value }) {
      if (value !== alias || !isPlacedKey(key)) return;
      edited = linesBelow(text, document, key, alias, helmYaml(node.toJS(document)).trimEnd());
      return visit.BREAK;
    },
  });
  return edited;
}

function writtenInline(text: string, { range }: Alias, value: unknown): string {
  return `${text.slice(0, range![0])}${JSON.stringify(value)}${text.slice(range![1])}`;
}
