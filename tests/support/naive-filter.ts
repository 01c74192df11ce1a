import type { FilterNode, Literal, SetItem } from '../../app/filter/syntax.ts';
import type { FlowSummary, Party } from '../../app/model/flow.ts';

type Value = string | number | boolean;
type Fields = Readonly<Record<string, (flow: FlowSummary) => readonly (Value | null | undefined)[]>>;

const isHttp = (flow: FlowSummary) => flow.protocol !== 'Diameter';
const isGrpc = (flow: FlowSummary) => flow.protocol === 'gRPC' || flow.protocol === 'gRPC-Web';
const isHttp2 = (flow: FlowSummary) => flow.protocol === 'HTTP/2' || isGrpc(flow);
const uri = (flow: FlowSummary) => (isGrpc(flow) ? `/${flow.target}` : isHttp(flow) ? flow.target : null);
const both = (read: (party: Party) => string) => (flow: FlowSummary) => [read(flow.source), read(flow.destination)];
const status = (kind: string) => (flow: FlowSummary) => [flow.status?.kind === kind ? flow.status.code : null];

/** Each field by what it means, written down apart from the table of fields. */
const NAIVE_FIELDS: Fields = {
  http: (flow) => [isHttp(flow) || null],
  http2: (flow) => [isHttp2(flow) || null],
  grpc: (flow) => [isGrpc(flow) || null],
  diameter: (flow) => [flow.protocol === 'Diameter' || null],
  'http.request.method': (flow) => [isGrpc(flow) ? 'POST' : isHttp(flow) ? flow.method : null],
  'http.request.uri': (flow) => [uri(flow)],
  'http.request.uri.path': (flow) => [uri(flow)?.replace(/\?.*$/s, '')],
  'http.host': (flow) => [isHttp(flow) ? flow.host : null],
  'http.response.code': (flow) => (isHttp(flow) ? status('http')(flow) : []),
  'http2.streamid': (flow) => [isHttp2(flow) ? flow.streamId : null],
  'grpc.status_code': status('grpc'),
  'grpc.service': (flow) => [isGrpc(flow) ? flow.target.split('/').slice(0, -1).join('/') : null],
  'diameter.cmd.code': (flow) => [flow.diameter?.commandCode],
  'diameter.Session-Id': (flow) => [flow.protocol === 'Diameter' ? flow.sessionId : null],
  'diameter.Result-Code': status('diameter'),
  'diameter.Origin-Host': (flow) => [flow.diameter?.originHost],
  'ip.addr': both((party) => (party.address.includes(':') ? '' : party.address)),
  'ip.src': (flow) => [flow.source.address.includes(':') ? null : flow.source.address],
  'tcp.port': (flow) => [flow.source.port, flow.destination.port],
  'tcp.dstport': (flow) => [flow.destination.port],
  'tcp.stream': (flow) => [flow.stream],
  'k8s.pod': both((party) => party.pod),
  'k8s.src.service': (flow) => [flow.source.service],
  'k8s.namespace': both((party) => party.namespace),
  'frame.time': (flow) => [flow.time],
  'flow.duration': (flow) => [flow.duration],
  'flow.size': (flow) => [flow.requestSize + flow.answerSize],
  'flow.error': (flow) => [flow.status?.error ?? false],
  'flow.cut': (flow) => [flow.cut],
  'flow.state': (flow) => [flow.state],
  'flow.severity': (flow) => [flow.severity],
  'flow.method': (flow) => [flow.method],
  'flow.trace_id': (flow) => [flow.traceId],
};

/** Whether a flow matches, by walking the tree over one flow: slow and plain, to judge the compiled filter by. */
export function matchesNaively(node: FilterNode, flow: FlowSummary): boolean {
  switch (node.kind) {
    case 'and':
      return matchesNaively(node.left, flow) && matchesNaively(node.right, flow);
    case 'or':
      return matchesNaively(node.left, flow) || matchesNaively(node.right, flow);
    case 'xor':
      return matchesNaively(node.left, flow) !== matchesNaively(node.right, flow);
    case 'not':
      return !matchesNaively(node.operand, flow);
    case 'search':
      return searched(flow).some((text) => text.toLowerCase().includes(node.text.toLowerCase()));
    case 'present':
      return valuesOf(node.field.name, flow).some((value) => value !== false);
    case 'in':
      return valuesOf(node.field.name, flow).some((value) => node.items.some((item) => isIn(value, item)));
    case 'compare': {
      const values = valuesOf(node.field.name, flow);
      const { value: literal, operator } = node;
      if (operator === '==') return values.some((value) => equals(value, literal));
      if (operator === '!=') return values.length > 0 && values.every((value) => !equals(value, literal));
      if (operator === '===') return values.length > 0 && values.every((value) => equals(value, literal));
      if (operator === '!==') return values.some((value) => !equals(value, literal));
      if (operator === 'contains') return values.some((value) => String(value).includes(literal.text));
      if (operator === 'matches') return values.some((value) => new RegExp(literal.text, 'i').test(String(value)));
      if (operator === '>') return values.some((value) => order(value, literal) > 0);
      if (operator === '<') return values.some((value) => order(value, literal) < 0);
      if (operator === '>=') return values.some((value) => order(value, literal) >= 0);
      return values.some((value) => order(value, literal) <= 0);
    }
  }
}

function searched(flow: FlowSummary): string[] {
  const parties = [flow.source, flow.destination].flatMap((party) => [
    party.pod,
    party.service,
    party.workload,
    party.namespace,
    party.address,
  ]);
  return [flow.method, flow.target, flow.host, flow.status?.text ?? '', ...parties];
}

function valuesOf(field: string, flow: FlowSummary): Value[] {
  const read = NAIVE_FIELDS[field];
  if (!read) throw new Error(`The naive filter has no field ${field}.`);
  return read(flow).filter((value): value is Value => value !== null && value !== undefined && value !== '');
}

function isIn(value: Value, item: SetItem): boolean {
  return item.to === null ? equals(value, item.from) : order(value, item.from) >= 0 && order(value, item.to) <= 0;
}

function equals(value: Value, literal: Literal): boolean {
  const [network, bits] = literal.text.split('/');
  if (bits === undefined || typeof value !== 'string' || !isIpv4(value)) return order(value, literal) === 0;
  const size = 2 ** (32 - Number(bits));
  return Math.floor(ipv4Number(value) / size) === Math.floor(ipv4Number(network!) / size);
}

function order(value: Value, literal: Literal): number {
  if (typeof value === 'boolean') return Number(value) - Number(literal.text === 'true');
  if (typeof value === 'number') return value - Number(literal.text);
  if (isIpv4(value) && isIpv4(literal.text)) return ipv4Number(value) - ipv4Number(literal.text);
  return value < literal.text ? -1 : value > literal.text ? 1 : 0;
}

function isIpv4(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text);
}

function ipv4Number(text: string): number {
  return text.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}
