/** One number, in the terms of Prometheus. */
export interface Metric {
  /** Without the common prefix; counters end in `_total`. */
  readonly name: string;
  readonly help: string;
  readonly type: 'counter' | 'gauge';
  readonly value: number;
}

const PREFIX = 'packet_inspector_';

/** Text exposition format 0.0.4: https://prometheus.io/docs/instrumenting/exposition_formats/ */
export function formatMetrics(metrics: readonly Metric[]): string {
  return metrics
    .map(({ name, help, type, value }) => {
      const full = `${PREFIX}${name}`;
      return `# HELP ${full} ${help}\n# TYPE ${full} ${type}\n${full} ${value}\n`;
    })
    .join('');
}

export function counter(name: string, help: string, value: number): Metric {
  return { name: `${name}_total`, help, type: 'counter', value };
}

export function gauge(name: string, help: string, value: number): Metric {
  return { name, help, type: 'gauge', value };
}

/** What of the program's memory is what. */
export function memoryMetrics(): readonly Metric[] {
  const { rss, heapUsed, arrayBuffers } = process.memoryUsage();
  return [
    gauge('resident_bytes', 'Memory that the program uses.', rss),
    gauge('heap_bytes', "Of it, JavaScript's objects.", heapUsed),
    gauge('buffer_bytes', 'Of it, buffers with captures and batches.', arrayBuffers),
  ];
}
