/** AVP data formats of RFC 6733 sections 4.2, 4.3 and 4.4. */
const avpTypes = [
  'OctetString',
  'Integer32',
  'Integer64',
  'Unsigned32',
  'Unsigned64',
  'Float32',
  'Float64',
  'Grouped',
  'Address',
  'Time',
  'UTF8String',
  'DiameterIdentity',
  'DiameterURI',
  'Enumerated',
  'IPFilterRule',
  'QoSFilterRule',
] as const;

export type AvpType = (typeof avpTypes)[number];

/** What the dictionary knows of one AVP. */
export interface AvpDefinition {
  readonly code: number;
  readonly vendorId: number;
  readonly name: string;
  readonly type: AvpType;
  /** Names of values, for Enumerated and for numbers that are used like it (Result-Code). */
  readonly values: ReadonlyMap<number, string>;
}

/** Names of AVPs, vendors and results. Made by `createDictionary` from resources/dictionaries/diameter.json. */
export interface DiameterDictionary {
  find(code: number, vendorId: number): AvpDefinition | undefined;
  /** By name as in the dictionary: `Session-Id`. Names that several vendors use are those of the IETF, 3GPP, others. */
  findByName(name: string): AvpDefinition | undefined;
  /** `3GPP` for 10415; the number itself where no name is known; '' for 0. */
  vendorName(vendorId: number): string;
  /** `DIAMETER_SUCCESS` for 2001; of an experimental result with its vendor. '' where no name is known. */
  resultName(code: number, experimentalVendorId: number): string;
  /** All definitions, for completion of filter fields. */
  readonly all: readonly AvpDefinition[];
}

const CODE_RESULT_CODE = 268;
const VENDOR_3GPP = 10415;

/** Takes the content of diameter.json (shape in resources/dictionaries/README.md). Throws when it is not of that shape. */
export function createDictionary(data: unknown): DiameterDictionary {
  const { vendors, experimentalResults, avps } = check(data);
  const byVendor = new Map<number, Map<number, AvpDefinition>>();
  const byName = new Map<string, AvpDefinition>();
  const all: AvpDefinition[] = [];
  for (const [vendor, rows] of Object.entries(avps)) {
    const vendorId = Number(vendor);
    const byCode = new Map<number, AvpDefinition>();
    byVendor.set(vendorId, byCode);
    for (const row of rows) {
      const definition = readDefinition(vendorId, row);
      byCode.set(definition.code, definition);
      all.push(definition);
    }
  }
  for (const definition of [...all].sort((a, b) => precedence(a) - precedence(b))) {
    if (!byName.has(definition.name)) byName.set(definition.name, definition);
  }
  const results = new Map(Object.entries(experimentalResults).map(([id, values]) => [Number(id), valueNames(values)]));
  return {
    all,
    find: (code, vendorId) => byVendor.get(vendorId)?.get(code),
    findByName: (name) => byName.get(name),
    vendorName: (vendorId) => vendors[vendorId] ?? (vendorId === 0 ? '' : String(vendorId)),
    resultName: (code, experimentalVendorId) =>
      (experimentalVendorId === 0
        ? byVendor.get(0)?.get(CODE_RESULT_CODE)?.values.get(code)
        : results.get(experimentalVendorId)?.get(code)) ?? '',
  };
}

function precedence(definition: AvpDefinition): number {
  return definition.vendorId === 0 ? 0 : definition.vendorId === VENDOR_3GPP ? 1 : 2;
}

type Row = readonly [code: number, name: string, type: string, values?: Readonly<Record<string, string>>];

interface DictionaryData {
  readonly vendors: Readonly<Record<number, string>>;
  readonly experimentalResults: Readonly<Record<string, Readonly<Record<string, string>>>>;
  readonly avps: Readonly<Record<string, readonly Row[]>>;
}

function check(data: unknown): DictionaryData {
  if (typeof data === 'object' && data !== null && 'vendors' in data && 'experimentalResults' in data && 'avps' in data)
    return data as DictionaryData;
  throw new TypeError('The Diameter dictionary needs the keys vendors, experimentalResults and avps.');
}

function readDefinition(vendorId: number, [code, name, type, values]: Row): AvpDefinition {
  if (!(avpTypes as readonly string[]).includes(type)) throw new TypeError(`AVP ${name} has the unknown type ${type}.`);
  return { code, vendorId, name, type: type as AvpType, values: valueNames(values ?? {}) };
}

function valueNames(values: Readonly<Record<string, string>>): ReadonlyMap<number, string> {
  return new Map(Object.entries(values).map(([value, name]) => [Number(value), name]));
}
