import { proxy_get_property, STATUS_OK } from './env';
import { resultData, resultSize } from './memory';
import { Text } from './text';

/** Where the property that was read last is: valid until the proxy writes the next thing. */
export let propertyData: usize = 0;
export let propertySize: u32 = 0;

/** Reads a property by its path (segments divided by NUL). False when the proxy has no such thing, or an empty one. */
export function readProperty(path: Text): bool {
  return readPropertyAt(path.data, path.size);
}

export function readPropertyAt(path: usize, pathSize: u32): bool {
  propertySize = 0;
  if (proxy_get_property(path, pathSize, resultData, resultSize) != STATUS_OK) return false;
  propertyData = load<u32>(resultData);
  propertySize = load<u32>(resultSize);
  return propertySize > 0;
}

/** A number property is eight bytes. */
export function propertyNumber(): u64 {
  return propertySize == 8 ? load<u64>(propertyData) : 0;
}

/**
 * A property that has one name in some proxies and another in others. Which one works is found out once for each VM, as a
 * failed look-up costs as much as one that succeeds.
 */
@unmanaged
export class RenamedProperty {
  preferred: Text;
  other: Text;
  otherWorks: bool;

  read(): bool {
    if (this.otherWorks) return readProperty(this.other);
    if (readProperty(this.preferred)) return true;
    this.otherWorks = readProperty(this.other);
    return this.otherWorks;
  }
}

export function renamed(preferred: Text, other: Text): RenamedProperty {
  const property = changetype<RenamedProperty>(heap.alloc(offsetof<RenamedProperty>()));
  property.preferred = preferred;
  property.other = other;
  property.otherWorks = false;
  return property;
}
