/** An IP address and a port, as text and number: `{ address: '10.42.0.7', port: 8080 }`. IPv6 in RFC 5952 form. */
export interface Endpoint {
  readonly address: string;
  readonly port: number;
}

/** Which pod a sidecar belongs to, as Istio's node metadata and the cluster know it. Unknown parts are ''. */
export interface PodIdentity {
  readonly namespace: string;
  readonly pod: string;
  /** Kubernetes service, without namespace. */
  readonly service: string;
  /** Owner by name: the Deployment, StatefulSet or DaemonSet. */
  readonly workload: string;
  readonly node: string;
  readonly serviceAccount: string;
}
