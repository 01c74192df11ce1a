import { createDictionary, type DiameterDictionary } from '../../app/decode/diameter/dictionary.ts';
import { resourceText } from '../resources.ts';

let dictionary: DiameterDictionary | null = null;

/** The dictionary of resources/, read when it is first needed. */
export function diameterDictionary(): DiameterDictionary {
  dictionary ??= createDictionary(JSON.parse(resourceText('dictionaries', 'diameter.json')));
  return dictionary;
}
