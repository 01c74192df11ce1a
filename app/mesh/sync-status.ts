/** What istiod says of a proxy that did not take what it was sent. */
export interface ProxyRejection {
  readonly namespace: string;
  readonly pod: string;
  /** `filter`: the content of the slot; `listener`: what the slot is in. */
  readonly what: 'filter' | 'listener';
  /** As the proxy gave it; '' where istiod keeps none (before Istio 1.24). */
  readonly reason: string;
}

type Fields = Readonly<Record<string, unknown>>;

/** Kinds of resources by what istiod's versions call them. */
const kinds = [
  { what: 'filter', old: 'extensionconfig', type: /TypedExtensionConfig$|^ECDS$/ },
  { what: 'listener', old: 'listener', type: /\.Listener$|^LDS$/ },
] as const;

/**
 * Reads istiod's `/debug/syncz`: the proxies whose last answer to what they were sent was not that they took it. Without a
 * reason the answer may also be on its way still.
 *
 * @throws Error when it is not such a list
 */
export function readSyncStatus(json: unknown): readonly ProxyRejection[] {
  if (!Array.isArray(json)) throw new Error('istiod tells nothing of its proxies');
  return json.flatMap((entry: unknown) => {
    const fields = asFields(entry);
    const name = typeof fields.proxy === 'string' ? fields.proxy : '';
    const dot = name.lastIndexOf('.');
    if (dot === -1) return [];
    const proxy = { pod: name.slice(0, dot), namespace: name.slice(dot + 1) };
    return kinds.flatMap(({ what, old, type }) => {
      const { sent, acked, lastError } = resourceOf(fields, old, type);
      const isRefused = typeof sent === 'string' && sent !== '' && sent !== acked;
      return isRefused ? [{ ...proxy, what, reason: typeof lastError === 'string' ? lastError : '' }] : [];
    });
  });
}

/** What was sent and taken of one kind: since Istio 1.24 in a table, before in fields of their own. */
function resourceOf(fields: Fields, old: string, type: RegExp): Fields {
  const table = Object.entries(asFields(fields.resources)).find(([name]) => type.test(name));
  return table ? asFields(table[1]) : { sent: fields[`${old}_sent`], acked: fields[`${old}_acked`] };
}

/** Reasons out of istiod's log, by `pod.namespace`; the last one holds. */
export function readAckErrors(log: string): ReadonlyMap<string, string> {
  const reasons = new Map<string, string>();
  for (const line of log.split('\n')) {
    // ADS:ECDS: ACK ERROR cart-66b8.shop-12 Internal:Unable to create Wasm …
    const [, connection = '', reason = ''] = /ADS:(?:ECDS|LDS): ACK ERROR (\S+)-\d+ \w+:(.*)$/.exec(line) ?? [];
    if (connection !== '') reasons.set(connection, reason.trim());
  }
  return reasons;
}

function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null ? (value as Fields) : {};
}
