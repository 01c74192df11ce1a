import * as v from 'valibot';
import type { Params, RequestName } from '../../../app/api/contract.ts';
import { saveFormats } from '../../../app/api/save-formats.ts';
import { largestBodySlice, orderColumns } from '../../../app/api/types.ts';
import { largestValuesFile } from '../../../app/mesh/values-layout.ts';
import { captureOptions, kubernetesName, leaseMinutes, slotChoice } from './capture-schema.ts';

/** A schema for each request's parameters, typed against the contract. */
type Schemas = { readonly [N in RequestName]: v.GenericSchema<unknown, Params<N>> };

/** Longest filter, path and search text that is taken. */
const maximumText = 16_384;
/** Most rows or messages in one answer. */
const maximumRows = 2_000;

const text = v.pipe(v.string(), v.maxLength(maximumText));
const count = v.pipe(v.number(), v.safeInteger(), v.minValue(0));
const rows = v.pipe(count, v.maxValue(maximumRows));
const nothing = v.strictObject({});
const side = v.picklist(['request', 'answer']);
const order = v.strictObject({
  column: v.picklist(orderColumns),
  descending: v.boolean(),
});
const path = v.pipe(text, v.minLength(1));
const target = v.strictObject({ path, permit: text });
const selection = { id: text, name: text, captures: v.nullable(v.pipe(v.array(text), v.maxLength(maximumRows))) };

export const schemas: Schemas = {
  'engine.hello': nothing,
  'flows.window': v.strictObject({ filter: text, order, offset: count, limit: rows }),
  'flows.locate': v.strictObject({ id: count, filter: text, order }),
  'flows.detail': v.strictObject({ id: count }),
  'flows.body': v.strictObject({
    id: count,
    side,
    form: v.picklist(['decoded', 'raw']),
    offset: count,
    limit: v.pipe(count, v.maxValue(largestBodySlice)),
  }),
  'flows.messages': v.strictObject({ id: count, offset: count, limit: rows }),
  'flows.overview': v.strictObject({
    filter: text,
    buckets: v.pipe(v.number(), v.integer(), v.minValue(1), v.maxValue(2_000)),
  }),
  'flows.counts': v.strictObject({ filters: v.pipe(v.array(text), v.maxLength(32)) }),
  'filter.values': v.strictObject({ field: text, text, limit: rows }),
  'clusters.list': nothing,
  'clusters.inventory': v.strictObject({ id: text }),
  'clusters.preflight': v.strictObject({ id: text, capture: captureOptions }),
  'clusters.plan': v.strictObject({ id: text, capture: captureOptions }),
  'clusters.enable': v.strictObject({ id: text, capture: v.exactOptional(captureOptions) }),
  'clusters.extend': v.strictObject({ id: text, minutes: leaseMinutes }),
  'clusters.disablePlan': v.strictObject({ id: text }),
  'clusters.disable': v.strictObject({ id: text, slot: v.exactOptional(slotChoice) }),
  'clusters.uninstall': v.strictObject({ id: text }),
  'clusters.label': v.strictObject({ id: text, namespace: kubernetesName }),
  'clusters.nameChart': v.strictObject({ id: text, path: text }),
  'clusters.doctor': v.strictObject({ id: text }),
  'emulator.list': v.strictObject({ id: text, name: text, limit: rows }),
  'emulator.read': v.strictObject({ ...selection, follow: v.boolean() }),
  'emulator.stop': nothing,
  'emulator.state': nothing,
  'emulator.save': v.strictObject({ ...selection, target: v.nullable(target) }),
  'session.info': nothing,
  'session.open': v.strictObject({ path, follow: v.exactOptional(v.boolean()) }),
  'session.cancelOpen': nothing,
  'session.new': nothing,
  'session.save': v.strictObject({
    target: v.nullable(target),
    filter: text,
    format: v.exactOptional(v.picklist(saveFormats)),
  }),
  'session.list': nothing,
  'session.remove': v.strictObject({ path }),
  'session.cancelSave': nothing,
  'wireshark.open': v.strictObject({ filter: text }),
  'schema.info': nothing,
  'schema.load': v.strictObject({ paths: v.pipe(v.array(path), v.maxLength(64)) }),
  'values.open': v.strictObject({ target }),
  'values.save': v.strictObject({
    target,
    text: v.pipe(v.string(), v.maxBytes(largestValuesFile, 'The text is larger than any values file.')),
    revision: v.nullable(v.pipe(text, v.hexadecimal())),
  }),
  'settings.get': nothing,
  'settings.set': v.strictObject({ wiresharkPath: v.exactOptional(text), helmPath: v.exactOptional(text) }),
};
