import { Dialog } from 'radix-ui';
import { useDeferredValue, useEffect, useMemo, useRef } from 'react';
import { sectionKey } from '../../app/mesh/aspen/aspen-mesh.ts';
import { problemsOf, type ValuesReader } from '../../app/mesh/aspen/values-problems.ts';
import { readValuesDocument } from '../../app/mesh/values-document.ts';
import { useDialog, useEngine, useInspector, useValuesEditor } from '../state/inspector.ts';
import { DialogWindow } from '../ui/dialog-window.tsx';
import { PartBoundary } from '../ui/part-boundary.tsx';
import { ProblemList } from './problem-list.tsx';
import { ValuesActions } from './values-actions.tsx';
import { isDirty, isTyped } from './values-editor.ts';
import { newValuesFile } from './values-file.ts';
import { ValuesForm } from './values-form.tsx';
import { ValuesNotes } from './values-notes.tsx';
import { ValuesText, type ValuesTextHandle } from './values-text.tsx';
import { ValuesTools } from './values-tools.tsx';
import './values.css';

const readers: Record<ValuesReader, string> = {
  exclusions: 'Aspen Mesh 1.11.8-am1.3 and 1.11.8-am1.4',
  protocols: 'Aspen Mesh 1.11.8-am1.2',
  service: 'any other Aspen Mesh',
  own: 'our own parts, on plain Istio',
};

/** An override values file, as a form and as text: two views of one document. */
export function ValuesDialog() {
  const { dialogs, notices, valuesEditor } = useInspector();
  const dirty = useValuesEditor(isDirty);

  // A window that is closed asks about what is not saved.
  useEffect(() => {
    if (!dirty) return;
    const ask = (event: BeforeUnloadEvent) => {
      event.preventDefault();
      // What browsers went by before.
      event.returnValue = true;
    };
    window.addEventListener('beforeunload', ask);
    return () => window.removeEventListener('beforeunload', ask);
  }, [dirty]);

  // Whatever closed it: a key of its own, or another dialog that took its place.
  const open = useDialog('values');
  const wasOpen = useRef(false);
  useEffect(() => {
    const isClosed = wasOpen.current && !open;
    wasOpen.current = open;
    if (!isClosed || !valuesEditor.isDirty) return;
    const { name } = valuesEditor.store.getState().file;
    notices.done(`${name} has changes that are not saved. They stay as long as the window is open.`, {
      label: 'Show',
      run: () => dialogs.show('values'),
    });
  }, [open, dialogs, notices, valuesEditor]);

  return (
    <DialogWindow className="cluster-sheet values-dialog" open={open} keepsText onClose={() => dialogs.close()}>
      <PartBoundary part="The values file">
        <ValuesSheet />
      </PartBoundary>
    </DialogWindow>
  );
}

function ValuesSheet() {
  const { valuesEditor } = useInspector();
  const { text, by } = useValuesEditor(({ history }) => history);
  // Typing goes on while a large file is read; what the form writes is in the form at once.
  const deferred = useDeferredValue(text);
  const readText = isTyped(by) ? deferred : text;
  const reader = useValuesEditor((state) => state.reader);
  const file = useValuesEditor((state) => state.file);
  const dirty = useValuesEditor(isDirty);
  const clusterId = useValuesEditor((state) => state.clusterId);
  const cluster = useEngine(({ clusters }) => clusters?.find(({ id }) => id === clusterId)) ?? null;
  const document = useMemo(() => readValuesDocument(readText), [readText]);
  const problems = useMemo(() => problemsOf(document, reader), [document, reader]);
  const editor = useRef<ValuesTextHandle>(null);
  const goTo = (line: number) => editor.current?.goTo(line);
  return (
    <>
      <header className="sheet-head">
        <Dialog.Title>Values file</Dialog.Title>
        <p className="data ellipsis" title={file.target?.path}>
          {file.name}
        </p>
        <span className={`values-state ${dirty ? 'is-warning' : 'muted'}`} role="status">
          {dirty ? 'not saved' : file === newValuesFile ? '' : 'saved'}
        </span>
        <span className="sheet-space" />
        <label className="values-reader">
          <span className="muted">for</span>
          <select
            className="text-field"
            value={reader}
            onChange={(event) => valuesEditor.aimAt(clusterId, event.target.value as ValuesReader)}
          >
            {Object.entries(readers).map(([each, words]) => (
              <option key={each} value={each}>
                {words}
              </option>
            ))}
          </select>
        </label>
        <Dialog.Close className="button">Close</Dialog.Close>
      </header>
      <div className="sheet-body">
        <ValuesForm document={document} problems={problems} reader={reader} onGoTo={goTo} />
        <div className="values-right">
          <ValuesTools />
          <ValuesText ref={editor} problems={problems} />
          {text.trim() === '' ? null : <ProblemList problems={problems} onGoTo={goTo} />}
        </div>
      </div>
      <ValuesNotes />
      <ValuesActions cluster={cluster} isUsable={problems.length === 0 && document.has([sectionKey])} />
    </>
  );
}
