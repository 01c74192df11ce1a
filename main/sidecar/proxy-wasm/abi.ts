// Numbers of the Proxy-Wasm ABI 0.2 (https://github.com/proxy-wasm/spec), as far as this host offers them.

export const status = { ok: 0, notFound: 1, badArgument: 2, internalFailure: 10 } as const;

/** `proxy_buffer_type_t` */
export const bufferType = {
  requestBody: 0,
  responseBody: 1,
  downstreamData: 2,
  upstreamData: 3,
  pluginConfiguration: 7,
} as const;

/** `proxy_map_type_t` */
export const mapType = {
  requestHeaders: 0,
  requestTrailers: 1,
  responseHeaders: 2,
  responseTrailers: 3,
  httpCallResponseHeaders: 6,
} as const;

export type BufferType = (typeof bufferType)[keyof typeof bufferType];
export type MapType = (typeof mapType)[keyof typeof mapType];
