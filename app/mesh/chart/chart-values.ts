import { currentFileNameForm } from '../../capture/file-names.ts';
import { defaultCaptureOptions } from '../capture-options.ts';

const { bodyLimit, image, redact } = defaultCaptureOptions;

/** values.yaml of the chart of our aggregator and filters: the keys of Aspen Mesh's documentation first. */
export const inspectorValues = `# Captures are taken while this is true.
enabled: false
analysis:
  # <service>.<namespace>.svc.cluster.local:<port> of the analysis service; empty: our own receiver or the emulator.
  address: ""
# Without this section HTTP is captured whenever Packet Inspector is enabled.
# httpCapture:
#   enabled: true
#   # Names, or regular expressions that have to match the whole name.
#   excludeNamespaces: []
#   excludePods: []
# diameterCapture:
#   enabled: false
#   port: 3868

# Of the aggregator on each node.
resources:
  requests:
    cpu: 100m
    memory: 256Mi
  limits:
    cpu: "1"
    memory: 512Mi
capture:
  # A stock Node.js image.
  image: ${image}
  # Bytes kept of each body and of each Diameter message.
  bodyLimit: ${bodyLimit}
  # Header fields whose values are replaced before they leave their node.
  redact: [${redact.join(', ')}]
# Of the mesh's control plane.
istioVersion: "1.28"
clusterDomain: cluster.local
trustDomain: cluster.local
# Who issues workload certificates, where Citadel does not.
certificateService: istiod.istio-system.svc:15012
`;

/** values.yaml of the chart of the analysis service. */
export const emulatorValues = `capture:
  # A stock Node.js image.
  image: ${image}
  # How files of HTTP captures are named: am2 as up to Aspen Mesh 1.11.8-am2, am3 as from 1.11.8-am3 on and in am1.2 to am1.4.
  fileNames: ${currentFileNameForm}
resources:
  requests:
    cpu: 100m
    memory: 256Mi
  limits:
    cpu: "2"
    memory: 1Gi
# Where the aggregators run: only they may connect.
meshNamespace: istio-system
clusterDomain: cluster.local
trustDomain: cluster.local
# Who issues workload certificates, where Citadel does not.
certificateService: istiod.istio-system.svc:15012
`;

/** What Go takes in a regular expression and the aggregators do not: a literal of a Go template. */
const unread = '`\\\\[pPQEC1-9]|\\\\x[{]|.[(][?]-?[imsU]|^[(][?][imsU]*[-:]`';

/**
 * Begins the template: the values as an override values file has them, below their key, on the chart's own; and what is
 * derived of them. What cannot be read as a regular expression ends helm here, not the aggregators later.
 */
export const inspectorHead = `{{- $own := deepCopy (omit .Values "aspen-mesh-packet-inspector" "global") }}
{{- $own = mergeOverwrite $own (index .Values "aspen-mesh-packet-inspector" | default dict) }}
{{- $capture := $own.capture }}
{{- if or $capture.namespaces $capture.workloads }}
{{- fail "This chart captures in the whole mesh: leave capture.namespaces and capture.workloads out, or use packet-inspector manifests" }}
{{- end }}
{{- $http := $own.httpCapture | default dict }}
{{- $diameter := $own.diameterCapture | default dict }}
{{- $isHttp := or (not (hasKey $own "httpCapture")) $http.enabled }}
{{- $isDiameter := $diameter.enabled | default false }}
{{- $diameterPort := $diameter.port | default 3868 | int }}
{{- $diameterText := ternary (printf ";diameter=%d" $diameterPort) "" $isDiameter }}
{{- $excludeNamespaces := $http.excludeNamespaces | default list }}
{{- $excludePods := $http.excludePods | default list }}
{{- range concat $excludeNamespaces $excludePods }}
{{- if not (trim (toString .)) }}
{{- fail "excludeNamespaces and excludePods: an empty text names nothing" }}
{{- end }}
{{- $_ := mustRegexMatch (toString .) "" }}
{{- if regexMatch ${unread} (toString .) }}
{{- fail (printf "excludeNamespaces and excludePods: %q: named characters, quoting, and flags inside are not supported" .) }}
{{- end }}
{{- end }}
{{- $askText := ternary ";ask=on" "" (gt (len (concat $excludeNamespaces $excludePods)) 0) }}
{{- $address := ($own.analysis | default dict).address | default (printf "aspen-mesh-analysis-emulator.analysis-emulator.svc.%s:21000" $own.clusterDomain) }}
{{- $host := regexReplaceAll ":[0-9]+$" $address "" }}
{{- $names := splitList "." $host }}
{{- $identity := "" }}
{{- if regexMatch "^[^.]+[.][^.]+[.]svc([.]|$)" $host }}
{{- $identity = printf "spiffe://%s/ns/%s/sa/%s" $own.trustDomain (index $names 1) (index $names 0) }}
{{- end }}
`;
