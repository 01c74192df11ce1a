import type { PodIdentity } from '../../model/endpoint.ts';

/** HAR 1.2 (http://www.softwareishard.com/blog/har-12-spec/), as far as it is read and written here. Names with `_` are ours or browsers'. */
export interface HarNameValue {
  readonly name: string;
  readonly value: string;
}

export interface HarRequest {
  readonly method: string;
  readonly url: string;
  readonly httpVersion: string;
  readonly cookies: readonly HarNameValue[];
  readonly headers: readonly HarNameValue[];
  readonly queryString: readonly HarNameValue[];
  readonly postData?: {
    readonly mimeType: string;
    readonly params: readonly HarNameValue[];
    readonly text: string;
    /** `base64` where the body is not text; the specification has it for answers only. */
    readonly _encoding?: 'base64';
  };
  readonly _trailers?: readonly HarNameValue[];
  readonly headersSize: number;
  readonly bodySize: number;
}

export interface HarResponse {
  readonly status: number;
  readonly statusText: string;
  readonly httpVersion: string;
  readonly cookies: readonly HarNameValue[];
  readonly headers: readonly HarNameValue[];
  readonly content: {
    /** Length of the body with content coding undone. */
    readonly size: number;
    readonly mimeType: string;
    readonly text?: string;
    readonly encoding?: 'base64';
  };
  readonly redirectURL: string;
  readonly _trailers?: readonly HarNameValue[];
  readonly headersSize: number;
  readonly bodySize: number;
}

export interface HarEntry {
  /** RFC 3339. */
  readonly startedDateTime: string;
  /** Milliseconds from the beginning of the request to the end of the answer. */
  readonly time: number;
  readonly request: HarRequest;
  readonly response: HarResponse;
  readonly cache: Record<string, never>;
  /** Milliseconds; -1 where a phase does not apply. */
  readonly timings: { readonly send: number; readonly wait: number; readonly receive: number };
  readonly serverIPAddress?: string;
  readonly connection?: string;
  /** Where the request really went: behind a proxy the URL tells another port. */
  readonly _serverPort?: number;
  readonly _clientIPAddress?: string;
  /** Where names of Kubernetes are known of either end. Unknown parts are ''. */
  readonly _k8s?: { readonly source: PodIdentity; readonly destination: PodIdentity };
}
