// The functions of the proxy that this filter uses. Proxy-Wasm ABI 0.2: https://github.com/proxy-wasm/spec
// AssemblyScript imports a declared function from the module that its file is named after: the ABI's is `env`.

/** `proxy_status_t`: done. */
export const STATUS_OK: u32 = 0;

/** `proxy_action_t`: the only answer that this filter ever gives. */
export const CONTINUE: u32 = 0;

// proxy_buffer_type_t
export const BUFFER_REQUEST_BODY: u32 = 0;
export const BUFFER_RESPONSE_BODY: u32 = 1;
export const BUFFER_DOWNSTREAM_DATA: u32 = 2;
export const BUFFER_UPSTREAM_DATA: u32 = 3;
export const BUFFER_PLUGIN_CONFIGURATION: u32 = 7;

// proxy_map_type_t
export const MAP_REQUEST_HEADERS: u32 = 0;
export const MAP_REQUEST_TRAILERS: u32 = 1;
export const MAP_RESPONSE_HEADERS: u32 = 2;
export const MAP_RESPONSE_TRAILERS: u32 = 3;
export const MAP_HTTP_CALL_RESPONSE_HEADERS: u32 = 6;

export declare function proxy_get_current_time_nanoseconds(time: usize): u32;

export declare function proxy_set_tick_period_milliseconds(period: u32): u32;

export declare function proxy_set_effective_context(context: u32): u32;

export declare function proxy_get_property(path: usize, pathSize: u32, value: usize, valueSize: usize): u32;

export declare function proxy_get_buffer_bytes(buffer: u32, start: u32, length: u32, data: usize, dataSize: usize): u32;

export declare function proxy_get_header_map_pairs(map: u32, data: usize, dataSize: usize): u32;

export declare function proxy_get_header_map_value(
  map: u32,
  key: usize,
  keySize: u32,
  value: usize,
  valueSize: usize,
): u32;

export declare function proxy_http_call(
  cluster: usize,
  clusterSize: u32,
  headers: usize,
  headersSize: u32,
  body: usize,
  bodySize: u32,
  trailers: usize,
  trailersSize: u32,
  timeoutMilliseconds: u32,
  token: usize,
): u32;
