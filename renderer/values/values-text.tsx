import { useEffect, useImperativeHandle, useRef } from 'react';
import type { ValuesProblem } from '../../app/mesh/values-document.ts';
import { useInspector, useValuesEditor } from '../state/inspector.ts';
import { lineWriter } from './values-editor.ts';
import { YamlEditor } from './yaml-editor.ts';

export interface ValuesTextHandle {
  /** Puts the cursor into a line, from 1. */
  goTo(line: number): void;
}

interface Props {
  readonly problems: readonly ValuesProblem[];
  readonly ref: React.Ref<ValuesTextHandle>;
}

/** The file as text, with marks on the lines that something is wrong with. */
export function ValuesText({ problems, ref }: Props) {
  const { valuesEditor } = useInspector();
  const text = useValuesEditor(({ history }) => history.text);
  const host = useRef<HTMLDivElement>(null);
  const editor = useRef<YamlEditor | null>(null);

  useEffect(() => {
    const made = new YamlEditor(host.current!, valuesEditor.store.getState().history.text, {
      // What is typed into another line is a step of its own.
      change: (written, line) => valuesEditor.write(written, lineWriter(line)),
      undo: () => valuesEditor.undo(),
      redo: () => valuesEditor.redo(),
    });
    editor.current = made;
    return () => made.destroy();
  }, [valuesEditor]);

  useEffect(() => editor.current?.setText(text), [text]);
  useEffect(() => editor.current?.setProblems(problems), [problems]);
  useImperativeHandle(ref, () => ({ goTo: (line) => editor.current?.goTo(line) }), []);

  return <div ref={host} className="values-text" />;
}
