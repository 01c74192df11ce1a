import {
  FIELD_HEAD,
  NODE_NAMESPACE,
  NODE_NODE_NAME,
  NODE_POD,
  NODE_SERVICE,
  NODE_SERVICE_ACCOUNT,
  NODE_WORKLOAD,
} from '../../../app/capture/batch-tags';

import { copy, resultData } from './memory';
import { propertyData, propertySize, readProperty, readPropertyAt } from './property';
import { Text, text } from './text';
import { random_get } from './wasi_snapshot_preview1';

/** Random, one for each VM. */
export let instance: u64 = 0;

/** NODE_… fields, ready to be written. */
export const nodeFields: usize = heap.alloc(2048);
export let nodeFieldsSize: u32 = 0;

const NOTHING = text('');

/** Longest name that is kept: Kubernetes allows 253 characters. */
const NAME_LIMIT: u32 = 255;

/** Reads who the pod is out of the node's metadata, once. Without Istio's metadata the node's id and cluster have to do. */
export function readIdentity(): void {
  if (instance != 0) return;
  while (instance == 0) {
    random_get(resultData, 8);
    instance = load<u64>(resultData);
  }
  writeFirst(NODE_POD, text('xds\0node\0metadata\0NAME'), text('xds\0node\0id'));
  writeFirst(NODE_NAMESPACE, text('xds\0node\0metadata\0NAMESPACE'), NOTHING);
  writeFirst(NODE_WORKLOAD, text('xds\0node\0metadata\0WORKLOAD_NAME'), text('xds\0node\0cluster'));
  writeFirst(NODE_SERVICE_ACCOUNT, text('xds\0node\0metadata\0SERVICE_ACCOUNT'), NOTHING);
  writeFirst(NODE_NODE_NAME, text('xds\0node\0metadata\0NODE_NAME'), NOTHING);
  writeFirst(
    NODE_SERVICE,
    text('xds\0node\0metadata\0LABELS\0service.istio.io/canonical-name'),
    text('xds\0node\0metadata\0LABELS\0app'),
  );
}

function writeFirst(tag: u32, path: Text, otherwise: Text): void {
  if (!readNode(path) && !readNode(otherwise)) return;
  const size = min(propertySize, NAME_LIMIT);
  const field = nodeFields + nodeFieldsSize;
  store<u8>(field, <u8>tag);
  store<u32>(field, size, 1);
  copy(field + FIELD_HEAD, propertyData, size);
  nodeFieldsSize += FIELD_HEAD + size;
}

/** Proxies before the `xds` attributes have the node at the top: the same path without its first segment. */
function readNode(path: Text): bool {
  return path.size > 0 && (readProperty(path) || readPropertyAt(path.data + 4, path.size - 4));
}
