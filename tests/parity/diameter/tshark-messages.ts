import { execFileSync } from 'node:child_process';

/** An AVP as tshark shows it. Offsets are counted from the message's beginning. */
export interface TsharkAvp {
  readonly code: number;
  readonly vendorId: number;
  /** What tshark calls it; `Unknown` where its dictionary has no entry. */
  readonly name: string;
  readonly start: number;
  readonly length: number;
  /** Data in hexadecimal, and what tshark shows of them. */
  readonly value: string;
  readonly shown: string;
  readonly children: TsharkAvp[];
}

export interface TsharkMessage {
  readonly frame: number;
  readonly fields: Readonly<Record<string, string>>;
  readonly avps: TsharkAvp[];
}

interface Node {
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: Node[];
}

/** All Diameter messages that tshark finds in a file, read from its PDML output. */
export function tsharkMessages(file: string, port: number): TsharkMessage[] {
  const pdml = execFileSync(
    'tshark',
    ['-r', file, '-d', `tcp.port==${port},diameter`, '-Y', 'diameter', '-T', 'pdml'],
    {
      encoding: 'utf8',
      maxBuffer: 1 << 30,
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, TZ: 'UTC' },
    },
  );
  let frame = 0;
  return parse(pdml).flatMap((node) => {
    if (node.attributes.name === 'frame') frame = Number(find(node, 'frame.number')?.attributes.show);
    return node.attributes.name === 'diameter' ? [readMessage(node, frame)] : [];
  });
}

function find(node: Node, name: string): Node | undefined {
  return node.children.find((child) => child.attributes.name === name);
}

function readMessage(node: Node, frame: number): TsharkMessage {
  const origin = Number(node.attributes.pos);
  const fields = Object.fromEntries(node.children.map(({ attributes }) => [attributes.name!, attributes.show!]));
  return { frame, fields, avps: readAvps(node, origin) };
}

function readAvps(node: Node, origin: number): TsharkAvp[] {
  return node.children
    .filter(({ attributes }) => attributes.name === 'diameter.avp')
    .map((avp) => readAvp(avp, origin));
}

function readAvp(node: Node, origin: number): TsharkAvp {
  const number = (name: string): number => Number(find(node, name)?.attributes.show ?? 0);
  const length = number('diameter.avp.len');
  const vendorId = number('diameter.avp.vendorId');
  const header = vendorId === 0 && find(node, 'diameter.avp.vendorId') === undefined ? 8 : 12;
  const own = node.children.find(({ attributes }) => !/^diameter\.avp(\.|$)/.test(attributes.name ?? ''));
  return {
    code: number('diameter.avp.code'),
    vendorId,
    name: /^AVP: (.+?) ?\(\d+\) l=/.exec(node.attributes.showname ?? '')?.[1] ?? '',
    start: Number(node.attributes.pos) - origin,
    length,
    value: (node.attributes.value ?? '').slice(header * 2, length * 2),
    shown: (own?.children.find(isAddress) ?? own)?.attributes.show ?? '',
    children: own === undefined ? [] : readAvps(own, origin),
  };
}

/** Below an AVP of type Address its family and the address itself are shown. */
function isAddress({ attributes }: Node): boolean {
  return /\.(IPv4|IPv6|E164)$/.test(attributes.name ?? '');
}

/** PDML has only `proto` and `field` elements with attributes; that is all this reads. Returns the elements of all packets. */
function parse(xml: string): Node[] {
  const root: Node = { attributes: {}, children: [] };
  const open: Node[] = [root];
  for (const [, closing, body = '', empty] of xml.matchAll(/<(\/?)(?:proto|field)\b((?:[^>"]|"[^"]*")*?)(\/?)>/g)) {
    if (closing === '/') {
      open.pop();
      continue;
    }
    const attributes: Record<string, string> = {};
    for (const [, name = '', value = ''] of body.matchAll(/(\w+)="([^"]*)"/g)) attributes[name] = unescapeXml(value);
    const node: Node = { attributes, children: [] };
    open.at(-1)!.children.push(node);
    if (empty !== '/') open.push(node);
  }
  return root.children;
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

function unescapeXml(text: string): string {
  return text.replaceAll(/&(?:#x([0-9a-fA-F]+)|#(\d+)|(\w+));/g, (_all, hex, decimal, name) =>
    hex
      ? String.fromCodePoint(Number.parseInt(hex, 16))
      : decimal
        ? String.fromCodePoint(Number(decimal))
        : entities[name]!,
  );
}
