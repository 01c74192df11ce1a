/** What a client says of a call that it made over HTTP. Bodies are base64. */
export interface HttpCallSeen {
  /** Unlike any other call's; it is in the header field `x-call`. */
  readonly call: string;
  readonly method: string;
  readonly target: string;
  /** As the client gave them. */
  readonly headers: readonly HeaderPair[];
  readonly body: string;
  readonly trailers: readonly HeaderPair[];
  readonly answer: {
    readonly status: number;
    readonly headers: readonly HeaderPair[];
    readonly body: string;
    readonly trailers: readonly HeaderPair[];
  };
}

/** Likewise over gRPC. Messages and values of `-bin` metadata are base64. */
export interface GrpcCallSeen {
  readonly call: string;
  /** `package.Service/Method`. */
  readonly target: string;
  readonly metadata: readonly HeaderPair[];
  readonly sent: readonly string[];
  readonly received: readonly string[];
  readonly code: string;
  readonly codeNumber: number;
  readonly details: string;
  readonly initial: readonly HeaderPair[];
  readonly trailing: readonly HeaderPair[];
}

/** Likewise of a gRPC call that the client cancelled. */
export interface CancelledCallSeen {
  readonly call: string;
  readonly target: string;
  readonly code: string;
  /** Messages of the answer until then. */
  readonly received: number;
}

/** Likewise of a Diameter request and its answer, whoever asked. Messages are hexadecimal. */
export interface DiameterExchangeSeen {
  readonly command: number;
  readonly hopByHop: number;
  readonly endToEnd: number;
  readonly session: string;
  readonly result: number;
  readonly request: string;
  readonly answer: string;
}

export type HeaderPair = readonly [name: string, value: string];
