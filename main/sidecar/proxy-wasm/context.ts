import type { HeaderPairs } from '../tap.ts';
import type { BufferType, MapType } from './abi.ts';
import type { PropertyTree } from './properties.ts';

/** What a callback of the module may ask for while it runs: the maps and buffers that it was called about. */
export interface Visible {
  readonly map?: readonly [MapType, HeaderPairs];
  readonly buffer?: readonly [BufferType, Uint8Array];
}

/** A context of the module: a root, an HTTP stream or a TCP connection. */
export interface Context {
  readonly id: number;
  /** The root of a stream's plugin; a root is its own. */
  readonly root: RootContext;
  /** Asked in order. */
  readonly properties: readonly PropertyTree[];
}

export interface RootContext extends Context {
  /** Milliseconds; 0 for no ticks. */
  tickPeriod: number;
  /** Open streams of this plugin configuration. */
  streams: number;
  /** A newer configuration has taken its place. */
  retired: boolean;
}
