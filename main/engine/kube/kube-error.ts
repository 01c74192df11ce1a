/** What the API server, or the way to it, answered instead of what was asked. The message is a sentence for a person. */
export class KubeError extends Error {
  /** HTTP status; 0 when there was no answer. */
  readonly status: number;
  /** Kubernetes' own word: `Forbidden`, `NotFound`, `AlreadyExists`, `Conflict`, `Invalid`, …; ''. */
  readonly reason: string;

  constructor(status: number, reason: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'KubeError';
    this.status = status;
    this.reason = reason;
  }
}

export function isNotFound(error: unknown): boolean {
  return error instanceof KubeError && error.status === 404;
}

export function isForbidden(error: unknown): error is KubeError {
  return error instanceof KubeError && error.status === 403;
}

/** What was asked for goes on from a version that the API server does not have any more. */
export function isExpired(error: unknown): boolean {
  return error instanceof KubeError && error.status === 410;
}

/** Nobody answers, or a load balancer or a server that goes down or comes up answers instead: it may be another matter in a moment. */
export function isAway(error: unknown): error is KubeError {
  if (!(error instanceof KubeError) || error.reason === 'Credentials') return false;
  return error.status === 0 || [429, 502, 503, 504].includes(error.status);
}

/** From a `Status` object (or whatever a proxy in between answered). */
export function errorFromAnswer(status: number, text: string): KubeError {
  const { reason, message } = readStatus(text);
  if (status === 401) return unauthorized('');
  return new KubeError(status, reason, sentence(message) || `The API server answered ${status}: ${text.slice(0, 300)}`);
}

/** The credentials are not accepted. `expiry` says when they ran out, where that is known. */
export function unauthorized(expiry: string): KubeError {
  const reason = expiry || 'log in again (the token may have expired).';
  return new KubeError(401, 'Unauthorized', `The API server does not accept the credentials: ${reason}`);
}

/** Kubernetes ends its sentences without a full stop, and others follow. */
function sentence(text: string): string {
  return text === '' || /[.!?]$/.test(text) ? text : `${text}.`;
}

/** From a request that got no answer. */
export function errorFromFailure(error: unknown, server: string): KubeError {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  const wayOut = wayOutOf(code);
  const text = `The API server ${server} cannot be reached: ${message || code}${wayOut && `. ${wayOut}`}`;
  return new KubeError(0, code, text, { cause: error });
}

/** What a person can do about a failure, by Node's or OpenSSL's code for it. */
function wayOutOf(code: string): string {
  switch (code) {
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return 'Its name cannot be resolved: is the VPN up?';
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return 'There is no route to it: is the network, or the VPN, up?';
    case 'ECONNREFUSED':
      return 'Nothing listens there: is the cluster running?';
    case 'SELF_SIGNED_CERT_IN_CHAIN':
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
      return 'Its certificate is not signed by a trusted authority: is certificate-authority in the kubeconfig that of an older cluster?';
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'Its certificate is for another name: tls-server-name in the kubeconfig says which to expect.';
    case 'CERT_HAS_EXPIRED':
      return 'Its certificate has expired.';
    default:
      return '';
  }
}

function readStatus(text: string): { reason: string; message: string } {
  try {
    const { reason, message } = JSON.parse(text) as Record<string, unknown>;
    return {
      reason: typeof reason === 'string' ? reason : '',
      message: typeof message === 'string' ? message : '',
    };
  } catch {
    return { reason: '', message: '' };
  }
}
