/** A benchmark under tests/bench: how it is run, and which of its figures are told. */
export interface Bench {
  /** What it is chosen by. */
  readonly name: string;
  readonly title: string;
  readonly script: string;
  readonly args: readonly string[];
  readonly figures: readonly Figure[];
}

export interface Figure {
  readonly name: string;
  /** Finds it in what the benchmark writes: the groups are told. */
  readonly pattern: RegExp;
  readonly aim?: string;
}

/** A row of the filter's table: without the filter, with it, and the second by the first. */
function sideBySide(row: string): RegExp {
  return new RegExp(`${row}\\s*│ '([\\d.]+)'\\s*│ '([\\d.]+)'\\s*│ '([\\d.]+)'`);
}

function filter(title: string, body: number): Bench {
  return {
    name: 'filter',
    title: `Capture filter: Envoy without it · with it · ratio (${title}, 32 connections)`,
    script: 'filter-bench',
    args: [String(body), '9'],
    figures: [
      { name: 'Envoy CPU, ms for 10,000 requests', pattern: sideBySide('Envoy CPU ms / 10,000'), aim: 'ratio 1.25' },
      { name: 'requests/s', pattern: sideBySide('requests/s') },
      { name: 'p50, ms', pattern: sideBySide('p50 ms') },
      { name: 'p99, ms', pattern: sideBySide('p99 ms') },
      { name: 'exchanges dropped', pattern: /dropped (\d+)/, aim: '0' },
      { name: 'body bytes shed', pattern: /body bytes shed (\d+)/, aim: '0' },
      { name: 'memory of Envoy with the filter · without, MB', pattern: /resident (\d+) MB, without the filter (\d+)/ },
    ],
  };
}

/** A line of the aggregator's and receiver's table, from its first figure on. */
function cluster(load: string): RegExp {
  return new RegExp(`${load}\\s+\\d+\\s+(\\d+)\\s+(\\d+)\\s+(\\d+ MB)\\s+(\\d+ MB)`);
}

function contest(protocol: string): Figure[] {
  const ours = `${protocol}: \\d[^:]*packet-inspector\\s+[\\d.]+ s\\s+`;
  const times = (who: string) => new RegExp(`${ours}[^:]*?${who} .*?([\\d.]+) times our time`, 's');
  return [
    { name: `${protocol}: ours`, pattern: new RegExp(`${ours}([\\d.]+ MB/s)`) },
    { name: `${protocol}: time of tshark by ours`, pattern: times('tshark, bodies'), aim: 'at least 10' },
    { name: `${protocol}: the same, tshark without bodies`, pattern: times('tshark, no bodies') },
    { name: `${protocol}: time of capinfos by ours`, pattern: times('capinfos') },
  ];
}

export const benches: readonly Bench[] = [
  filter('300-byte bodies both ways', 300),
  filter('60 KB bodies both ways', 60_000),
  {
    name: 'cluster',
    title: 'Aggregator and receiver: exchanges/s on a core of aggregator · receiver, and their memory',
    script: 'cluster-bench',
    args: ['5'],
    figures: [
      { name: '300-byte bodies', pattern: cluster('300-byte bodies, no files'), aim: 'aggregator 15,000' },
      { name: '300-byte bodies, written to files', pattern: cluster('300-byte bodies, files') },
      { name: '60 KB bodies', pattern: cluster('60 KB bodies, no files') },
    ],
  },
  {
    name: 'engine',
    title: 'Engine: from the socket to the index, both sides of each call',
    script: 'engine-bench',
    args: ['50000'],
    figures: [
      { name: 'flows/s', pattern: /: (\d+) flows\/s/, aim: '20,000' },
      { name: 'ms of CPU a call', pattern: /CPU: ([\d.]+) ms a call/ },
      { name: 'bytes of memory a flow', pattern: /memory: (\d+) bytes a flow/ },
      { name: 'from the receiver to the event: p50 · p99', pattern: /p50 (\d+ ms), p99 (\d+ ms)/, aim: '200 ms' },
    ],
  },
  {
    name: 'decode',
    title:
      'Capture files of 100,000 transactions with bodies, one thread: ours and tshark with the same fields, in turns',
    script: 'decode-bench',
    args: ['100000'],
    figures: ['HTTP/1.1', 'HTTP/2', 'gRPC', 'Diameter'].flatMap(contest),
  },
  {
    name: 'open',
    title: 'Opening a capture file in the engine',
    script: 'open-bench',
    args: ['100'],
    figures: [
      { name: 'read', pattern: /whole file\s+read\s+.*?: (\d+ MB\/s)/ },
      { name: 'flows/s', pattern: /(\d+) flows\/s/ },
      { name: 'first rows after', pattern: /first rows after\s+([\d.]+ s)/ },
      { name: 'event loop held up, most', pattern: /held up, most\s+(\d+ ms)/ },
    ],
  },
  {
    name: 'diameter',
    title: 'Diameter on one core',
    script: 'diameter-bench',
    args: [],
    figures: [
      { name: 'messages to exchanges', pattern: /store: (\d+ MB\/s), (\d+) thousand messages/ },
      { name: 'trees of AVPs', pattern: /AVPs: (\d+ MB\/s), (\d+) thousand messages/ },
    ],
  },
  {
    name: 'index',
    title: 'Index of a million flows',
    script: 'index-bench',
    args: ['1000000'],
    figures: [
      { name: 'bytes a flow', pattern: /heap and its buffers\s+([\d.]+)/, aim: '400' },
      { name: 'filter by method and status, ms', pattern: /filter http\.request\.method.*?\s([\d.]+) ms/, aim: '100' },
      { name: 'window in the middle, ms', pattern: /window of 100 at 50 %\s+([\d.]+) ms/, aim: '5' },
      { name: 'order by time, ms', pattern: /order by time, first time\s+([\d.]+) ms/, aim: '2000' },
    ],
  },
];
