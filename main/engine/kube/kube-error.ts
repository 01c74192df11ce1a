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

export function isForbidden(error: unknown): boolean {
  return error instanceof KubeError && error.status === 403;
}

/** From a `Status` object (or whatever a proxy in between answered). */
export function errorFromAnswer(status: number, text: string): KubeError {
  const { reason, message } = readStatus(text);
  if (status === 401) {
    return new KubeError(
      status,
      'Unauthorized',
      'The API server does not accept the credentials: log in again (the token may have expired).',
    );
  }
  return new KubeError(status, reason, message || `The API server answered ${status}: ${text.slice(0, 300)}`);
}

/** From a request that got no answer. */
export function errorFromFailure(error: unknown, server: string): KubeError {
  const { code = '', message = String(error) } = error as NodeJS.ErrnoException;
  return new KubeError(0, code, `The API server ${server} cannot be reached: ${message || code}`, { cause: error });
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
