/** README.md of the chart of our aggregator and filters: `helm show readme`. */
export const inspectorReadme = `# aspen-mesh-packet-inspector

Captures HTTP, gRPC and Diameter in plaintext in the sidecars of Istio: an aggregator on each node and EnvoyFilters, in the whole mesh, for who
does not use the app. Its values are those of Aspen Mesh's documentation of Packet Inspector 1, in a section of that name.

    helm install packet-inspector aspen-mesh-packet-inspector \\
      --namespace istio-system --values aspen-mesh-override-values.yaml

with

    aspen-mesh-packet-inspector:
      enabled: true
      analysis:
        address: ""                # <service>.<namespace>.svc.cluster.local:<port>; empty: the chart analysis-emulator
      httpCapture:
        enabled: true
        excludeNamespaces: []      # names, or regular expressions that have to match the whole name
        excludePods: []
      diameterCapture:
        enabled: false
        port: 3868

The other values are in values.yaml (\`helm show values\`); helm refuses what is none (values.schema.json).

- Install the chart analysis-emulator first, or name another analysis service.
- Set \`enabled\` to false and upgrade when you are finished: capturing costs each proxy CPU. Nothing ends it by itself.
- Switching on and off drains the listeners of the sidecars: long-lived connections are closed once.
- \`helm uninstall packet-inspector --namespace istio-system\` leaves nothing behind.
`;

/** README.md of the chart of the analysis service. */
export const emulatorReadme = `# analysis-emulator

The analysis service in the place of Aspen Mesh's analysis emulator, by its names: takes captures on port 21000, writes two files for each
to \`/tmp\` (\`.bson\` with the raw request, answer and metadata, and \`.pcap\`), and serves them live to the app.

    kubectl create namespace analysis-emulator
    kubectl label namespace analysis-emulator ca.istio.io/override=true --overwrite     # where there is Citadel
    helm install pi1-analysis-emulator samples/aspenmesh/analysis-emulator --namespace analysis-emulator

Files are bound in size and age, and gone with their pod: \`packet-inspector files --pull FOLDER\` fetches them. The values are in values.yaml
(\`helm show values\`). \`helm uninstall pi1-analysis-emulator --namespace analysis-emulator\` removes it.
`;

/** What helm prints when it has installed or upgraded the aggregator and filters. */
export const inspectorNotes = `{{- $own := index .Values "aspen-mesh-packet-inspector" | default dict }}
{{- if (hasKey $own "enabled") | ternary $own.enabled .Values.enabled }}
Packet Inspector captures when its aggregators are ready:
  kubectl get daemonset aspen-mesh-packet-inspector --namespace {{ .Release.Namespace }}
Nothing ends it by itself: set enabled to false and upgrade when you are finished.
{{- else }}
Packet Inspector is not enabled: set aspen-mesh-packet-inspector.enabled to true and upgrade to capture.
{{- end }}
`;

/** The same of the analysis service. */
export const emulatorNotes = `Captures go to aspen-mesh-analysis-emulator.analysis-emulator.svc.{{ .Values.clusterDomain }}:21000. Their files:
  packet-inspector files
`;
