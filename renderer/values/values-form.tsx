import { sectionKey } from '../../app/mesh/aspen/aspen-mesh.ts';
import { editValues } from '../../app/mesh/aspen/values-edit.ts';
import { snippetSettings, valuesFields } from '../../app/mesh/aspen/values-fields.ts';
import type { ValuesReader } from '../../app/mesh/aspen/values-problems.ts';
import { emulatorAddress } from '../../app/mesh/names.ts';
import type { ValuesDocument, ValuesProblem } from '../../app/mesh/values-document.ts';
import { useInspector } from '../state/inspector.ts';
import { ValuesFieldView } from './values-field.tsx';

interface Props {
  readonly document: ValuesDocument;
  readonly problems: readonly ValuesProblem[];
  readonly reader: ValuesReader;
  onGoTo(line: number): void;
}

/** The file's section as a form: what is changed here is changed in the text, and the other way round. */
export function ValuesForm({ document, problems, reader, onGoTo }: Props) {
  const { valuesEditor } = useInspector();
  if (!document.isReadable) {
    const { line = 1 } = problems[0] ?? {};
    return (
      <div className="values-form">
        <p className="is-warning">The form shows the file again when its text can be read.</p>
        <button type="button" className="button" onClick={() => onGoTo(line)}>
          Go to line {line}
        </button>
      </div>
    );
  }
  if (!document.has([sectionKey])) {
    return (
      <div className="values-form">
        <p>
          There is no <code>{sectionKey}</code> in the file. Open your override values file, or put in what the
          documentation has for it.
        </p>
        <button
          type="button"
          className="button is-primary"
          onClick={() => valuesEditor.edit((text) => editValues(text, snippetSettings(reader)), 'snippet')}
        >
          Put it in, switched off
        </button>
      </div>
    );
  }
  return (
    <fieldset className="values-form" aria-label="Values file as a form">
      {valuesFields(reader).map((field) => {
        const path = [sectionKey, ...field.path];
        const key = field.path.join('.');
        const set = (value: unknown) => valuesEditor.edit((text) => editValues(text, [{ path, value }]), key);
        return (
          <div key={key}>
            <ValuesFieldView
              field={field}
              value={document.get(path)}
              problems={problemsAt(problems, path)}
              onChange={set}
            />
            {key === 'analysis.address' && document.get(path) !== emulatorAddress ? (
              <button type="button" className="text-button" onClick={() => set(emulatorAddress)}>
                Use the analysis emulator's
              </button>
            ) : null}
          </div>
        );
      })}
    </fieldset>
  );
}

/** Sentences about a value or an item of it, without the key that stands above them. */
function problemsAt(problems: readonly ValuesProblem[], path: readonly string[]): readonly string[] {
  return problems
    .filter((problem) => path.every((name, index) => problem.path[index] === name))
    .map(({ message, path: of }) => message.replace(of.join('.'), '').replace(/^: /, '').trim());
}
