import { saveFormats, saveFormatTexts } from '../../app/api/save-formats.ts';
import type { ClusterCard } from '../../app/api/types.ts';
import { editValuesOf, type Inspector } from '../state/inspector.ts';
import { focusFilter } from './focus.ts';

/** Something that can be done, as the palette lists it. */
export interface PaletteEntry {
  readonly title: string;
  /** Keys that do the same. */
  readonly keys: readonly string[];
  run(): void;
}

/** All that can be done now, what is done most first. */
export function paletteEntries(inspector: Inspector): readonly PaletteEntry[] {
  const { commands, dialogs, list, engine, preferences, platform, valuesEditor } = inspector;
  const { modifier } = platform;
  const { clusters, session } = engine.getState();
  const { savedFilters, panelOpen } = preferences.getState();
  const hasFlows = list.store.getState().changed.total > 0;
  return [
    entry('Filter the flows', focusFilter, [modifier, 'F']),
    ...savedFilters.map(({ name, filter }) => entry(`Filter: ${name}`, () => commands.applyFilter(filter))),
    entry('Clear the filter', () => commands.applyFilter('')),
    ...(clusters ?? []).flatMap((cluster) => clusterEntries(inspector, cluster)),
    entry('Open a capture…', () => void commands.openCapture(), [modifier, 'O']),
    ...(engine.getState().reading?.phase === 'following'
      ? [entry('Stop following emulator files', () => void commands.stopReading())]
      : []),
    ...(hasFlows
      ? [
          entry('Open in Wireshark', () => void commands.openInWireshark(), [modifier, '⇧', 'W']),
          ...saveFormats.map((format) =>
            entry(
              `Save what matches as ${saveFormatTexts[format].name}…`,
              () => void commands.save(format),
              format === 'pcapng' ? [modifier, 'S'] : [],
            ),
          ),
        ]
      : []),
    ...(session?.canFollow && session.reading === null
      ? [entry('Follow the file as it grows', () => void commands.follow(session.path))]
      : []),
    ...(session?.reading?.follows ? [entry('Stop following the file', () => void commands.cancelOpen())] : []),
    entry('New session', () => void commands.newSession()),
    entry('Pause or resume drawing', () => list.togglePause(), ['Space']),
    entry('Go to the newest flows', () => list.follow()),
    entry(panelOpen ? 'Hide the left panel' : 'Show the left panel', () =>
      preferences.setState({ panelOpen: !panelOpen }),
    ),
    entry('Switch between dark and light', () => commands.toggleTheme()),
    entry('Edit an override values file…', () => {
      valuesEditor.aimAt(null, null);
      dialogs.show('values');
    }),
    entry('Settings…', () => dialogs.show('settings'), [modifier, ',']),
    entry('Keys', () => dialogs.show('keys'), ['?']),
  ];
}

function clusterEntries(inspector: Inspector, cluster: ClusterCard): readonly PaletteEntry[] {
  const { clusterControl } = inspector;
  const { id, name, kind } = cluster;
  const files = entry(`Emulator files of ${name}…`, () => clusterControl.show('emulator', id));
  const values = entry(`Values file for ${name}…`, () => editValuesOf(inspector, id));
  const uninstall = entry(`Uninstall from ${name}…`, () => clusterControl.askDisable(id));
  return [...switchEntries(inspector, cluster), ...(kind === 'kubernetes' ? [files, values, uninstall] : [])];
}

function switchEntries({ clusterControl }: Inspector, { id, name, state }: ClusterCard): readonly PaletteEntry[] {
  const doctor = entry(`Why does too little come from ${name}?`, () => clusterControl.show('doctor', id));
  switch (state) {
    case 'off':
      return [entry(`Capture in ${name}…`, () => clusterControl.show('enable', id))];
    case 'capturing':
    case 'degraded':
      return [entry(`Stop capturing in ${name}…`, () => clusterControl.askDisable(id)), doctor];
    default:
      return [doctor];
  }
}

function entry(title: string, run: () => void, keys: readonly string[] = []): PaletteEntry {
  return { title, keys, run };
}

/** Entries in whose title each of the words occurs; those that begin with the text come first. */
export function matchingEntries(entries: readonly PaletteEntry[], text: string): readonly PaletteEntry[] {
  const wanted = text.trim().toLowerCase();
  const words = wanted.split(/\s+/);
  const found = entries.filter(({ title }) => words.every((word) => title.toLowerCase().includes(word)));
  const begins = ({ title }: PaletteEntry) => title.toLowerCase().startsWith(wanted);
  return [...found.filter(begins), ...found.filter((each) => !begins(each))];
}
