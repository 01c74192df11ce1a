/**
 * Makes resources/dictionaries/diameter.json: codes, names, types and enumerated values of AVPs, out of two permissively
 * licensed dictionaries. Run it with `node main/tasks/diameter-dictionary.ts`; it needs pip and Go to fetch them, and
 * prints where the two contradict each other and nobody has decided yet (diameter-corrections.ts).
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { corrections, misfiled, vendorNames } from './diameter-corrections.ts';
import { experimentalResults } from './diameter-experimental-results.ts';
import { partsFolder, root } from './paths.ts';

const pythonDictionary = 'python-diameter==0.9.0';
const goDictionary = 'github.com/fiorix/go-diameter/v4@v4.1.0';

/** What is known of one AVP. */
export interface AvpFacts {
  code: number;
  vendorId: number;
  name: string;
  type: string;
  values: Record<string, string>;
}

type Facts = Map<string, AvpFacts>;

const keyOf = (facts: { code: number; vendorId: number }): string => `${facts.vendorId}:${facts.code}`;

/** Reads the Python package's constants and dictionary: `AVP_<NAME> = code`, then its values as `E_<NAME>_<VALUE> = n`. */
function readPython(): Facts {
  const folder = join(partsFolder, 'diameter-dictionary', 'python');
  execFileSync('python3', [
    '-m',
    'pip',
    'install',
    '-q',
    '--no-deps',
    '--upgrade',
    '--target',
    folder,
    pythonDictionary,
  ]);
  const constants = readFileSync(join(folder, 'diameter', 'message', 'constants.py'), 'utf8');
  const dictionary = readFileSync(join(folder, 'diameter', 'message', 'avp', 'dictionary.py'), 'utf8');
  const codes = new Map<string, number>();
  const values = new Map<string, Record<string, string>>();
  let current = '';
  for (const [, name = '', value = ''] of constants.matchAll(/^(AVP_\w+|E_\w+) = (-?\d+)\b/gm)) {
    if (name.startsWith('AVP_')) {
      current = name;
      codes.set(name, Number(value));
      values.set(name, {});
    } else values.get(current)![value] ??= name;
  }
  const facts: Facts = new Map();
  const entry = /^\s*(AVP_\w+): \{"name": "([^"]+)", "type": Avp(\w+)(?:, "mandatory": \w+)?(?:, "vendor": (\d+))?\}/gm;
  for (const [, constant = '', name = '', type = '', vendor = '0'] of dictionary.matchAll(entry)) {
    const avp: AvpFacts = {
      code: codes.get(constant)!,
      vendorId: Number(vendor),
      name,
      type: type === 'Utf8String' ? 'UTF8String' : type,
      values: withoutPrefix(constant, values.get(constant)!),
    };
    facts.set(keyOf(avp), avp);
  }
  return facts;
}

/** `E_CC_REQUEST_TYPE_INITIAL_REQUEST` of `AVP_CC_REQUEST_TYPE` is INITIAL_REQUEST; a vendor in the AVP's name is left out there. */
function withoutPrefix(constant: string, values: Record<string, string>): Record<string, string> {
  const words = constant.split('_').slice(1);
  const prefixes = words.map((_, index) => `E_${words.slice(index).join('_')}_`);
  return Object.fromEntries(
    Object.entries(values).flatMap(([value, name]) => {
      const prefix = prefixes.find((each) => name.startsWith(each));
      return prefix === undefined ? [] : [[value, name.slice(prefix.length)]];
    }),
  );
}

/** Reads the Go module's XML files: `<avp name code vendor-id><data type><item code name/>`. */
function readGo(): Facts {
  const download = execFileSync('go', ['mod', 'download', '-json', goDictionary], { cwd: '/', encoding: 'utf8' });
  const folder = join((JSON.parse(download) as { Dir: string }).Dir, 'diam', 'dict', 'testdata');
  const facts: Facts = new Map();
  for (const file of readdirSync(folder).filter((name) => name.endsWith('.xml'))) {
    const xml = readFileSync(join(folder, file), 'utf8').replaceAll(/<!--[\s\S]*?-->/g, '');
    for (const [, head = '', type = '', content = ''] of xml.matchAll(
      /<avp\s([^>]*)>\s*<data type="(\w+)"(?:\s*\/>|>([\s\S]*?)<\/data>)/g,
    )) {
      const attributes = attributesOf(head);
      const avp: AvpFacts = {
        code: Number(attributes.code),
        vendorId: Number(attributes['vendor-id'] || 0),
        name: attributes.name!.replace(/^TGPP2?-/, (prefix) => (prefix === 'TGPP-' ? '3GPP-' : '3GPP2-')),
        type,
        values: {},
      };
      for (const [, item = ''] of content.matchAll(/<item\s([^>]*?)\/?>/g)) {
        const { code, name } = attributesOf(item);
        avp.values[code!] = name!;
      }
      if (!facts.has(keyOf(avp))) facts.set(keyOf(avp), avp);
    }
  }
  return facts;
}

function attributesOf(text: string): Record<string, string> {
  return Object.fromEntries([...text.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, name, value]) => [name!, value!]));
}

/** Types that say more of the same bytes than another type does. RFC 6733 section 4.3.1. */
const derived: Record<string, readonly string[]> = {
  OctetString: ['DiameterIdentity', 'IPFilterRule', 'QoSFilterRule'],
  UTF8String: ['DiameterURI'],
};

/** The Python facts first; types and values that Go knows better are added; corrections decide the rest. */
function merge(python: Facts, go: Facts): AvpFacts[] {
  const merged: Facts = new Map();
  for (const [key, avp] of python) {
    const other = go.get(key);
    const correction = corrections[key];
    let type = avp.type;
    if (other !== undefined && other.name.toLowerCase() === avp.name.toLowerCase()) {
      if (derived[type]?.includes(other.type)) type = other.type;
      else if (type !== other.type && correction?.facts.type === undefined)
        console.log(`${key} ${avp.name}: type ${type} or ${other.type}?`);
      avp.values = { ...other.values, ...avp.values };
    } else if (other !== undefined && correction?.facts.name === undefined)
      console.log(`${key}: name ${avp.name} or ${other.name}?`);
    merged.set(key, { ...avp, type });
  }
  for (const [key, avp] of go) if (!python.has(key) && !misfiled.has(key)) merged.set(key, avp);
  for (const [key, { facts }] of Object.entries(corrections)) merged.set(key, { ...merged.get(key)!, ...facts });
  return [...merged.values()].sort((a, b) => a.vendorId - b.vendorId || a.code - b.code);
}

/** One line for each AVP, so that a change of the data can be read: `[code, name, type, values?]` by vendor. */
function write(avps: readonly AvpFacts[]): void {
  const vendors = [...new Set(avps.map((avp) => avp.vendorId))];
  const lines = vendors.map((vendorId) => {
    const rows = avps
      .filter((avp) => avp.vendorId === vendorId)
      .map(({ code, name, type, values }) =>
        JSON.stringify(Object.keys(values).length > 0 ? [code, name, type, values] : [code, name, type]),
      );
    return `"${vendorId}":[\n${rows.join(',\n')}\n]`;
  });
  const sources = [`PyPI ${pythonDictionary} (MIT)`, `Go ${goDictionary} (BSD-3-Clause)`];
  const text = `{"sources":${JSON.stringify(sources)},\n"vendors":${JSON.stringify(vendorNames)},\n"experimentalResults":${JSON.stringify(experimentalResults)},\n"avps":{\n${lines.join(',\n')}\n}}\n`;
  JSON.parse(text);
  const folder = join(root, 'resources', 'dictionaries');
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'diameter.json'), text);
  console.log(`${avps.length} AVPs of ${vendors.length} vendors, ${Math.round(text.length / 1024)} KiB`);
}

write(merge(readPython(), readGo()));
