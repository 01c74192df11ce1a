import { describe, expect, it } from 'vitest';
import type { FilterTarget } from './capture-site.ts';
import { placeSlots, readSlotPlace, type SlotPlace, slotName } from './slot-places.ts';

const mesh: FilterTarget = { namespace: 'istio-system', suffix: '', labels: null };
const shop: FilterTarget = { namespace: 'shop', suffix: '', labels: null };
const cart: FilterTarget = { namespace: 'shop', suffix: 'cart', labels: { app: 'cart' } };
const http = (target: FilterTarget): SlotPlace => ({ kind: 'http', target });
const diameter = (target: FilterTarget): SlotPlace => ({ kind: 'diameter', target });

describe('where slots go', () => {
  const place = (targets: readonly FilterTarget[], inPlace: readonly SlotPlace[]) =>
    placeSlots({ targets, kinds: ['http'] }, inPlace, 'istio-system');

  it('is where capture is wanted when none is in place', () => {
    expect(place([mesh], [])).toEqual([http(mesh)]);
    expect(place([shop, cart], [])).toEqual([http(shop), http(cart)]);
  });

  it('is where they are in place already, when that reaches all that is wanted', () => {
    expect(place([cart], [http(mesh)])).toEqual([http(mesh)]);
    expect(place([cart], [http(shop)])).toEqual([http(shop)]);
    expect(place([cart], [http(cart)])).toEqual([http(cart)]);
  });

  it('is anew where capture is wanted, when those in place do not reach all of it', () => {
    expect(place([mesh], [http(shop)])).toEqual([http(mesh)]);
    expect(place([shop], [http(cart)])).toEqual([http(shop)]);
    expect(place([shop, { ...shop, namespace: 'epc' }], [http(shop)])).toEqual([
      http(shop),
      http({ ...shop, namespace: 'epc' }),
    ]);
    const till = { ...cart, suffix: 'till', labels: { app: 'till' } };
    expect(place([till], [http(cart)])).toEqual([http(till)]);
  });

  it('stays as it is for a protocol that is not wanted', () => {
    expect(place([mesh], [diameter(shop)])).toEqual([http(mesh), diameter(shop)]);
  });
});

describe('the EnvoyFilter of a slot', () => {
  it('says where the slot is', () => {
    for (const place of [http(mesh), diameter(shop), http(cart), diameter(cart)]) {
      const { namespace, labels } = place.target;
      const object = {
        apiVersion: 'networking.istio.io/v1alpha3',
        kind: 'EnvoyFilter',
        metadata: { name: slotName(place), namespace },
        spec: labels ? { workloadSelector: { labels } } : {},
      };
      expect(readSlotPlace(object)).toEqual(place);
    }
    expect(
      readSlotPlace({ apiVersion: 'v1', kind: 'EnvoyFilter', metadata: { name: 'http-capture-filter' } }),
    ).toBeNull();
  });
});
