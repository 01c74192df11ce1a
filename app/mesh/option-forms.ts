/** A Kubernetes name as a DNS subdomain (RFC 1123). */
export const kubernetesNameForm = /^[a-z0-9]([-a-z0-9.]{0,251}[a-z0-9])?$/;

/** The name of a header field (RFC 9110 section 5.1: a token). */
export const headerNameForm = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,200}$/;

/** The name of an image, with its registry, tag and digest. */
export const imageForm = /^[\w.:/@-]{1,500}$/;

/** Whether it can be a port of TCP that something listens on. */
export function isPort(value: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= 65_535;
}
