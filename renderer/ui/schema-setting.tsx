import { X } from 'lucide-react';
import { useState } from 'react';
import type { SchemaSource } from '../../app/api/types.ts';
import { useEngine, useInspector } from '../state/inspector.ts';
import { plural } from './format.ts';

const shownProblems = 20;

/** Places that message types of gRPC are loaded from: what each gave, and what of it could not be used. */
export function SchemaSetting() {
  const { commands, platform } = useInspector();
  const sources = useEngine((state) => state.schema?.sources) ?? [];
  const paths = sources.map(({ path }) => path);
  const choose = platform.chooseSchemas;
  return (
    <section className="setting">
      <h3>Protobuf schemas</h3>
      <p className="muted">
        Folders with .proto files, .proto files, and descriptor sets (protoc --descriptor_set_out). With them gRPC
        messages are shown by field names; without, by field numbers.
      </p>
      {sources.map((source) => (
        <SourceLine
          key={source.path}
          source={source}
          onRemove={() => void commands.loadSchemas(paths.filter((path) => path !== source.path))}
        />
      ))}
      <div className="setting-line">
        {choose === null ? (
          <PathField onAdd={(path) => commands.loadSchemas([...new Set([...paths, path])])} />
        ) : (
          <>
            <button type="button" className="button" onClick={() => void commands.addSchemas('folders')}>
              Add folder…
            </button>
            <button type="button" className="button" onClick={() => void commands.addSchemas('files')}>
              Add files…
            </button>
          </>
        )}
        {sources.length > 0 ? (
          <button type="button" className="button" onClick={() => void commands.loadSchemas(paths)}>
            Load again
          </button>
        ) : null}
      </div>
    </section>
  );
}

function SourceLine({ source, onRemove }: { readonly source: SchemaSource; onRemove(): void }) {
  const { path, messages, methods, problems } = source;
  return (
    <div className="schema-source">
      <span className="data schema-path" title={path}>
        {path}
      </span>
      <span className="muted">
        {plural(messages, 'message type')}, {plural(methods, 'method')}
      </span>
      <button type="button" className="icon-button" aria-label={`Remove ${path}`} title="Remove" onClick={onRemove}>
        <X size={14} />
      </button>
      {problems.length > 0 ? (
        <ul className="schema-problems is-warning data">
          {problems.slice(0, shownProblems).map(({ text }) => (
            <li key={text}>{text}</li>
          ))}
          {problems.length > shownProblems ? <li>… and {problems.length - shownProblems} more</li> : null}
        </ul>
      ) : null}
    </div>
  );
}

/** For a browser, which does not tell paths. */
function PathField({ onAdd }: { onAdd(path: string): Promise<void> }) {
  const [path, setPath] = useState('');
  return (
    <form
      className="setting-line"
      onSubmit={(event) => {
        event.preventDefault();
        void onAdd(path.trim()).then(() => setPath(''));
      }}
    >
      <input
        className="text-field data"
        aria-label="Path of a schema"
        value={path}
        placeholder="/path/of/a/folder, on the machine of the engine"
        spellCheck={false}
        onChange={(event) => setPath(event.target.value)}
      />
      <button type="submit" className="button" disabled={path.trim() === ''}>
        Add
      </button>
    </form>
  );
}
