import type { Client } from '../../app/api/contract.ts';
import type { SaveTarget } from '../../app/api/session-types.ts';
import {
  checkValuesSize,
  editorText,
  fileText,
  plainLayout,
  type ValuesLayout,
  valuesFileText,
} from '../../app/mesh/values-layout.ts';
import type { Platform } from '../platform.ts';
import { download } from '../ui/download.ts';

/** Where the text of the values editor comes from and goes to. */
export interface ValuesFile {
  /** Without its folder. */
  readonly name: string;
  /** Where it is; null for one that was never saved, and in a browser, which does not tell. */
  readonly target: SaveTarget | null;
  /** What is on disk, as far as is known; null where nothing is. */
  readonly revision: string | null;
  readonly layout: ValuesLayout;
  /** As it was read or saved last. */
  readonly savedText: string;
}

export const newValuesFile: ValuesFile = {
  name: 'aspen-mesh-override-values.yaml',
  target: null,
  revision: null,
  layout: plainLayout,
  savedText: '',
};

/** Lets the user choose a values file and reads it; null when nothing was chosen. @throws Error with a sentence */
export async function chooseValuesFile(platform: Platform, client: Client): Promise<ValuesFile | null> {
  const chosen = await platform.chooseValues();
  if (chosen === null) return null;
  if (!(chosen instanceof File)) return readValuesFile(chosen, client);
  checkValuesSize(chosen.size, chosen.name);
  return opened(chosen.name, valuesFileText(new Uint8Array(await chosen.arrayBuffer()), chosen.name), null, null);
}

/** @throws Error with a sentence */
export async function readValuesFile(target: SaveTarget, client: Client): Promise<ValuesFile> {
  const { name, text, revision } = await client.request('values.open', { target });
  return opened(name, text, target, revision);
}

/**
 * Saves where the file is, or where the user chooses; null when they changed their mind.
 *
 * @param anyway whatever was written there meanwhile is replaced
 * @throws Error with a sentence; with the code `values.changed` when something was
 */
export async function saveValuesFile(
  file: ValuesFile,
  text: string,
  { elsewhere, anyway }: { readonly elsewhere: boolean; readonly anyway: boolean },
  platform: Platform,
  client: Client,
): Promise<ValuesFile | null> {
  const isChosen = elsewhere || file.target === null;
  const target = isChosen ? await platform.chooseValuesTarget(file.name) : file.target;
  if (target === undefined) return null;
  const written = fileText(text, file.layout);
  if (target === null) {
    download(file.name, new Blob([written], { type: 'application/yaml' }));
    return { ...file, savedText: text };
  }
  // The save dialog has asked about what is there.
  const replaced = isChosen || anyway ? null : file.revision;
  const { revision } = await client.request('values.save', { target, text: written, revision: replaced });
  return { ...file, name: target.path.split(/[/\\]/).at(-1)!, target, revision, savedText: text };
}

function opened(name: string, text: string, target: SaveTarget | null, revision: string | null): ValuesFile {
  const read = editorText(text);
  return { name, target, revision, layout: read.layout, savedText: read.text };
}
