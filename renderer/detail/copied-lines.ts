/** A line of a message: a heading, the start line, a header field, an AVP. */
const line = 'h3, .start-line, .field, .avp';
/** What is no line, and is copied as the browser does it, with the lines around it. */
const other = 'pre, table, .notes, .time-bars, .related, .tool-bar';

/**
 * What is selected of a message, as its lines are read: `name: value`. The browser would put a name and its value on lines of their
 * own. Null where less than two lines are selected, or something else than lines: that is copied as it is.
 */
export function copiedLines(root: Element, selection: Selection | null): string | null {
  if (!selection || selection.rangeCount === 0 || selection.isCollapsed) return null;
  const range = selection.getRangeAt(0);
  if (!root.contains(range.commonAncestorContainer)) return null;
  const isSelected = (element: Element) => textWithin(range, element).trim() !== '';
  if (Array.from(root.querySelectorAll(other)).some(isSelected)) return null;
  const lines = Array.from(root.querySelectorAll(line)).filter(isSelected);
  return lines.length < 2 ? null : lines.map(lineText).join('\n');
}

/** What of an element's text a range holds: a triple click ends at the beginning of the next line, of which it holds nothing. */
function textWithin(range: Range, element: Element): string {
  if (!range.intersectsNode(element)) return '';
  const part = range.cloneRange();
  const whole = document.createRange();
  whole.selectNodeContents(element);
  if (part.compareBoundaryPoints(Range.START_TO_START, whole) < 0)
    part.setStart(whole.startContainer, whole.startOffset);
  if (part.compareBoundaryPoints(Range.END_TO_END, whole) > 0) part.setEnd(whole.endContainer, whole.endOffset);
  return part.toString();
}

function lineText(element: Element): string {
  const name = element.querySelector('dt, .avp-name')?.textContent?.trim();
  if (name === undefined) return element.textContent?.trim() ?? '';
  const value = element.querySelector('dd, .avp-value')?.textContent?.trim() ?? '';
  // Below a grouped AVP its own come.
  return `${indentOf(element)}${name}:${value === '' ? '' : ` ${value}`}`;
}

function indentOf(element: Element): string {
  let depth = 0;
  for (let list = element.closest('ul'); list?.parentElement?.closest('ul'); list = list.parentElement.closest('ul'))
    depth++;
  return '  '.repeat(depth);
}
