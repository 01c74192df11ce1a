/**
 * Values by name, nested: `{ connection: { id: 5n }, source: { address: '10.0.0.7:4711' } }`. Envoy's attributes:
 * https://www.envoyproxy.io/docs/envoy/latest/intro/arch_overview/advanced/attributes
 */
export interface PropertyTree {
  readonly [name: string]: PropertyValue | PropertyTree | undefined;
}

/** Numbers are bigint; they reach the module as 64 bits. */
export type PropertyValue = string | bigint;

const encoder = new TextEncoder();

/** The bytes of the property at a path as the module asks for it (names divided by NUL), or null. */
export function findProperty(trees: readonly PropertyTree[], path: string): Uint8Array | null {
  const names = path.split('\0');
  for (const tree of trees) {
    let found: PropertyValue | PropertyTree | undefined = tree;
    for (const name of names) found = typeof found === 'object' && Object.hasOwn(found, name) ? found[name] : undefined;
    if (typeof found === 'string') return encoder.encode(found);
    if (typeof found === 'bigint') return numberBytes(found);
  }
  return null;
}

function numberBytes(value: bigint): Uint8Array {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigUint64(0, BigInt.asUintN(64, value), true);
  return bytes;
}
