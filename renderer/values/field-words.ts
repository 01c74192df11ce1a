/** What people call a value, and an example of it. By the key below `aspen-mesh-packet-inspector`. */
export const fieldWords: Readonly<Record<string, { readonly title: string; readonly placeholder: string }>> = {
  enabled: { title: 'Packet Inspector is enabled', placeholder: '' },
  'analysis.address': {
    title: 'Address of the analysis service',
    placeholder: '<service>.<namespace>.svc.cluster.local:<port>',
  },
  'httpCapture.enabled': { title: 'HTTP is captured', placeholder: '' },
  'httpCapture.excludeNamespaces': {
    title: 'Except namespaces',
    placeholder: 'name, or a pattern like dont-capture-me-.*',
  },
  'httpCapture.excludePods': { title: 'Except pods', placeholder: 'name, or a pattern like under-the-radar-app.*' },
  'diameterCapture.enabled': { title: 'Diameter is captured', placeholder: '' },
  'diameterCapture.port': { title: 'Port of Diameter', placeholder: 'typically 3868' },
  'resources.limits.cpu': { title: 'CPU limit of the aggregators', placeholder: "the chart's own" },
  'resources.limits.memory': { title: 'Memory limit of the aggregators', placeholder: "the chart's own" },
  'capture.namespaces': { title: 'Only in namespaces', placeholder: 'the whole mesh' },
  'capture.workloads': { title: 'Only in workloads', placeholder: 'namespace/name' },
  'capture.bodyLimit': { title: 'Bytes kept of each body', placeholder: '65536' },
  'capture.redact': { title: 'Redacted header fields', placeholder: 'those that carry credentials' },
  'capture.image': { title: 'Image of a stock Node', placeholder: 'docker.io/library/node:24-slim' },
};
