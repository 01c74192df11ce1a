import { ContextMenu } from 'radix-ui';
import { type ReactNode, useState } from 'react';
import type { FlowRow } from '../../app/api/types.ts';
import { type Combination, combineFilter, termText } from '../filter/combine.ts';
import { useInspector, useList, usePreference } from '../state/inspector.ts';
import { type Column, columnsWith, flowLine } from './columns.ts';
import { indexOfEvent } from './flow-table.tsx';

interface Pointed {
  readonly row: FlowRow;
  readonly column: Column;
}

/** The menu of a cell: copy it, or filter by its value, as Wireshark's "Apply as Filter" does. */
export function CellMenu({ children }: { readonly children: ReactNode }) {
  const { list } = useInspector();
  const columns = columnsWith(usePreference('timeStyle'));
  const [pointed, setPointed] = useState<Pointed | null>(null);

  function point(event: React.MouseEvent): void {
    // The names of the columns have a menu of their own.
    const isHeader = (event.target as Element).closest('.flow-header') !== null;
    const index = isHeader ? null : (indexOfEvent(event.target) ?? list.store.getState().selection?.index ?? null);
    const row = index === null ? undefined : list.cache.rowAt(index);
    if (index === null || !row) {
      event.preventDefault();
      return;
    }
    const id = (event.target as Element).closest<HTMLElement>('[data-column]')?.dataset.column ?? 'target';
    list.select({ id: row.id, index });
    setPointed({ row, column: columns.find((column) => column.id === id) ?? columns[0]! });
  }

  return (
    <ContextMenu.Root modal={false}>
      <ContextMenu.Trigger asChild onContextMenu={point}>
        <div className="flow-list-trigger">{children}</div>
      </ContextMenu.Trigger>
      <ContextMenu.Portal>
        <ContextMenu.Content className="menu" collisionPadding={8}>
          {pointed ? <CellMenuItems {...pointed} /> : null}
        </ContextMenu.Content>
      </ContextMenu.Portal>
    </ContextMenu.Root>
  );
}

const choices: readonly (readonly [Combination, string])[] = [
  ['selected', 'Only this'],
  ['not', 'All but this'],
  ['and', '… and this'],
  ['or', '… or this'],
  ['and-not', '… and not this'],
  ['or-not', '… or not this'],
];

function programFor({ protocol }: FlowRow): 'curl' | 'grpcurl' {
  return protocol === 'gRPC' ? 'grpcurl' : 'curl';
}

function CellMenuItems({ row, column }: Pointed) {
  const { commands } = useInspector();
  const columns = columnsWith(usePreference('timeStyle'));
  const filter = useList((state) => state.filter);
  const offered = filter === '' ? choices.slice(0, 2) : choices;
  return (
    <>
      {column.terms(row).map((term) => {
        const text = termText(term);
        return (
          <ContextMenu.Group key={text}>
            <ContextMenu.Label className="menu-label data ellipsis">{text}</ContextMenu.Label>
            {offered.map(([how, title]) => (
              <ContextMenu.Item
                key={how}
                className="menu-item"
                onSelect={() => commands.applyFilter(combineFilter(filter, text, how))}
              >
                {title}
              </ContextMenu.Item>
            ))}
            <ContextMenu.Separator className="menu-line" />
          </ContextMenu.Group>
        );
      })}
      <ContextMenu.Item className="menu-item" onSelect={() => commands.copy(column.text(row), column.title)}>
        Copy {column.title.toLowerCase()}
      </ContextMenu.Item>
      <ContextMenu.Item className="menu-item" onSelect={() => commands.copy(flowLine(columns, row), 'Flow')}>
        Copy the flow's line
      </ContextMenu.Item>
      {row.protocol === 'Diameter' ? null : (
        <ContextMenu.Item className="menu-item" onSelect={() => void commands.copyAsCommand(row, programFor(row))}>
          Copy as {programFor(row)}
        </ContextMenu.Item>
      )}
    </>
  );
}
