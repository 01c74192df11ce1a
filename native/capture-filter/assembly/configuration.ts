import { BUFFER_PLUGIN_CONFIGURATION, proxy_get_buffer_bytes, STATUS_OK } from './env';
import { resultData, resultSize } from './memory';
import { copyOf, hashOf, parseNumber, Text, text } from './text';

// The configuration is `key=value;…` (native/capture-filter/README.md has the list). It belongs to the whole VM: the HTTP
// and the TCP filter of a sidecar share it, and the one that was configured last holds, also for what is open already.
// Unknown keys are ignored, wrong values leave what the default is.

/** Switched on, and as far as is known wanted of this pod. */
export let capturing = false;
let isOn = false;
/** Nothing is captured before the aggregator has said that this pod is to be. */
let asks = false;
let lastHash: u64 = 0;
export let cluster: Text = text('');
export let path: Text = text('');
export let authority: Text = text('');
/** Bytes kept of each body and of each Diameter message. */
export let bodyLimit: u32 = 0;
/** Milliseconds. */
export let tickPeriod: u32 = 0;
/** Nanoseconds. */
export let heartbeatPeriod: u64 = 0;
/** Nanoseconds that something new in an open exchange may wait. */
export let partWait: u64 = 0;
/** A batch is sealed when it has this many bytes. */
export let batchSize: u32 = 0;
export let inFlightLimit: u32 = 0;
/** Milliseconds until a batch that is not answered is sent again. */
export let callTimeout: u32 = 0;
/** Bytes that all captures of the VM may hold. */
export let memoryBudget: usize = 0;
/** Bytes from which body bytes are left out. */
export let bodyBudget: usize = 0;
let diameterPorts: Text = text('');

function setDefaults(): void {
  isOn = false;
  asks = false;
  cluster = DEFAULT_CLUSTER;
  path = DEFAULT_PATH;
  authority = DEFAULT_CLUSTER;
  diameterPorts = DEFAULT_DIAMETER;
  bodyLimit = 65536;
  tickPeriod = 250;
  heartbeatPeriod = 5_000_000_000;
  partWait = 500_000_000;
  batchSize = 524288;
  inFlightLimit = 16;
  callTimeout = 5000;
  setMemory(32 << 20);
}

const DEFAULT_CLUSTER = text('packet-inspector');
const DEFAULT_PATH = text('/v1/batches');
const DEFAULT_DIAMETER = text('3868');

export const IN_FLIGHT_MAXIMUM: u32 = 64;

const KEY_CAPTURE = text('capture');
const KEY_ASK = text('ask');
const KEY_CLUSTER = text('cluster');
const KEY_PATH = text('path');
const KEY_AUTHORITY = text('authority');
const KEY_BODY = text('body');
const KEY_TICK = text('tick');
const KEY_HEARTBEAT = text('heartbeat');
const KEY_PART = text('part');
const KEY_BATCH = text('batch');
const KEY_IN_FLIGHT = text('inflight');
const KEY_TIMEOUT = text('timeout');
const KEY_MEMORY = text('memory');
const KEY_DIAMETER = text('diameter');
const ON = text('on');
const OFF = text('off');
const ALL = text('all');

/**
 * Reads the configuration of the plugin that is being configured. False when it is the one that was read last: each listener that comes
 * has its filter configured, and what is known of the pod still holds.
 */
export function readConfiguration(size: u32): bool {
  let data: usize = 0;
  let length: u32 = 0;
  if (size > 0 && proxy_get_buffer_bytes(BUFFER_PLUGIN_CONFIGURATION, 0, size, resultData, resultSize) == STATUS_OK) {
    data = load<u32>(resultData);
    length = load<u32>(resultSize);
  }
  const hash = hashOf(data, length);
  if (hash == lastHash) return false;
  lastHash = hash;
  setDefaults();
  readOptions(data, data + length);
  setWanted(!asks);
  return true;
}

/** The aggregator has said whether this pod is to be captured: it knows the names and expressions of those that are not. */
export function setWanted(isWanted: bool): void {
  capturing = isOn && isWanted;
}

function readOptions(data: usize, end: usize): void {
  let entry = data;
  while (entry < end) {
    let entryEnd = entry;
    let equals: usize = 0;
    while (entryEnd < end && load<u8>(entryEnd) != 0x3b) {
      if (equals == 0 && load<u8>(entryEnd) == 0x3d) equals = entryEnd;
      entryEnd++;
    }
    if (equals != 0) setOption(entry, equals - entry, equals + 1, entryEnd - equals - 1);
    entry = entryEnd + 1;
  }
}

function setOption(key: usize, keySize: usize, value: usize, size: usize): void {
  if (KEY_CAPTURE.is(key, keySize)) {
    if (ON.is(value, size)) isOn = true;
    else if (OFF.is(value, size)) isOn = false;
  } else if (KEY_ASK.is(key, keySize)) {
    asks = ON.is(value, size);
  } else if (KEY_CLUSTER.is(key, keySize)) {
    cluster = copyOf(value, <u32>size);
  } else if (KEY_PATH.is(key, keySize)) {
    if (size > 0) path = copyOf(value, <u32>size);
  } else if (KEY_AUTHORITY.is(key, keySize)) {
    if (size > 0) authority = copyOf(value, <u32>size);
  } else if (KEY_DIAMETER.is(key, keySize)) {
    diameterPorts = copyOf(value, <u32>size);
  } else {
    const number = parseNumber(value, size);
    if (number >= 0) setNumber(key, keySize, <u32>number);
  }
}

function setNumber(key: usize, keySize: usize, value: u32): void {
  if (KEY_BODY.is(key, keySize)) {
    if (value <= 1 << 23) bodyLimit = value;
  } else if (KEY_TICK.is(key, keySize)) {
    if (value >= 10 && value <= 10000) tickPeriod = value;
  } else if (KEY_HEARTBEAT.is(key, keySize)) {
    if (value >= 100 && value <= 600000) heartbeatPeriod = <u64>value * 1_000_000;
  } else if (KEY_PART.is(key, keySize)) {
    if (value >= 10 && value <= 60000) partWait = <u64>value * 1_000_000;
  } else if (KEY_BATCH.is(key, keySize)) {
    if (value >= 1024 && value <= 1 << 22) batchSize = value;
  } else if (KEY_IN_FLIGHT.is(key, keySize)) {
    if (value >= 1 && value <= IN_FLIGHT_MAXIMUM) inFlightLimit = value;
  } else if (KEY_TIMEOUT.is(key, keySize)) {
    if (value >= 100 && value <= 60000) callTimeout = value;
  } else if (KEY_MEMORY.is(key, keySize)) {
    if (value >= 1 << 18 && value <= 48 << 20) setMemory(value);
  }
}

function setMemory(budget: u32): void {
  memoryBudget = budget;
  bodyBudget = (budget >> 2) * 3;
}

/** `diameter=all`: every TCP connection is looked at for Diameter. */
export function isDiameterEverywhere(): bool {
  return ALL.is(diameterPorts.data, diameterPorts.size);
}

/** Whether connections to this port are looked at for Diameter. */
export function isDiameterPort(port: u32): bool {
  if (isDiameterEverywhere()) return true;
  const end = diameterPorts.data + diameterPorts.size;
  let start = diameterPorts.data;
  while (start < end) {
    let stop = start;
    while (stop < end && load<u8>(stop) != 0x2c) stop++;
    if (parseNumber(start, stop - start) == <i32>port) return true;
    start = stop + 1;
  }
  return false;
}
