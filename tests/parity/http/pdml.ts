import { execFileSync } from 'node:child_process';

/** An element of tshark's PDML output: a protocol or a field with what it contains. */
export interface PdmlNode {
  readonly name: string;
  /** What tshark shows as its value. */
  readonly show: string;
  /** The bytes of the packet that it stands for, in hexadecimal. */
  readonly value: string;
  readonly children: PdmlNode[];
}

/** tshark's packets of a capture, each as the protocols in it. */
export function pdmlPackets(file: string, options: readonly string[], filter: string): PdmlNode[] {
  const args = ['-r', file, '-n', ...options, '-Y', filter, '-T', 'pdml'];
  const xml = execFileSync('tshark', args, {
    encoding: 'utf8',
    maxBuffer: 256 * 1024 * 1024,
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return parse(xml).children;
}

/** Every node of that name below `node`, in the order of the document. */
export function* descendants(node: PdmlNode, name: string): Generator<PdmlNode> {
  for (const child of node.children) {
    if (child.name === name) yield child;
    yield* descendants(child, name);
  }
}

/** The first of them, if any. */
export function first(node: PdmlNode, name: string): PdmlNode | undefined {
  return descendants(node, name).next().value;
}

export function bytesOf(node: PdmlNode): Buffer {
  return Buffer.from(node.value, 'hex');
}

function parse(xml: string): PdmlNode {
  const root: PdmlNode = { name: '', show: '', value: '', children: [] };
  const open = [root];
  for (const [, slash, element, attributes, empty] of xml.matchAll(/<(\/?)(packet|proto|field)\b([^>]*?)(\/?)>/g)) {
    if (slash === '/') {
      open.pop();
      continue;
    }
    const attribute = (key: string) => plainText(new RegExp(`\\s${key}="([^"]*)"`).exec(attributes ?? '')?.[1] ?? '');
    const node = {
      name: element === 'packet' ? 'packet' : attribute('name'),
      show: attribute('show'),
      value: attribute('value'),
      children: [],
    };
    open.at(-1)!.children.push(node);
    if (empty !== '/') open.push(node);
  }
  return root;
}

const ENTITIES: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function plainText(text: string): string {
  return text.replace(/&(\w+);/g, (whole, name: string) => ENTITIES[name] ?? whole);
}
