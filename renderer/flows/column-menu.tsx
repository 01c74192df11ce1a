import { Columns3 } from 'lucide-react';
import { DropdownMenu } from 'radix-ui';
import { useInspector, useList, usePreference } from '../state/inspector.ts';
import type { TimeStyle } from '../ui/format.ts';
import { columnsWith } from './columns.ts';

const timeStyles: readonly (readonly [TimeStyle, string])[] = [
  ['clock', 'Time of day'],
  ['date', 'Date and time'],
  ['utc', 'UTC, as in logs'],
];

/** Which columns are shown, the order, and how times are told: all that the header does by mouse, by keyboard. */
export function ColumnMenu() {
  const { list, preferences } = useInspector();
  const hidden = usePreference('hiddenColumns');
  const timeStyle = usePreference('timeStyle');
  const columns = columnsWith(timeStyle);
  const order = useList((state) => state.order);

  function toggle(id: string, show: boolean): void {
    const others = hidden.filter((other) => other !== id);
    preferences.setState({ hiddenColumns: show ? others : [...others, id] });
  }

  return (
    <DropdownMenu.Root modal={false}>
      <DropdownMenu.Trigger
        className="icon-button column-menu-button"
        aria-label="Columns and order"
        title="Columns and order"
      >
        <Columns3 size={14} />
      </DropdownMenu.Trigger>
      <DropdownMenu.Portal>
        <DropdownMenu.Content className="menu" align="end" collisionPadding={8}>
          <DropdownMenu.Label className="menu-label">Columns</DropdownMenu.Label>
          {columns.map((column) => (
            <DropdownMenu.CheckboxItem
              key={column.id}
              className="menu-item"
              checked={!hidden.includes(column.id)}
              disabled={column.id === 'target'}
              onCheckedChange={(checked) => toggle(column.id, checked)}
              onSelect={(event) => event.preventDefault()}
            >
              <DropdownMenu.ItemIndicator className="menu-check">✓</DropdownMenu.ItemIndicator>
              {column.title}
            </DropdownMenu.CheckboxItem>
          ))}
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Label className="menu-label">Times as</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={timeStyle}
            onValueChange={(style) => preferences.setState({ timeStyle: style as TimeStyle })}
          >
            {timeStyles.map(([style, title]) => (
              <Choice key={style} value={style} title={title} />
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Label className="menu-label">Order</DropdownMenu.Label>
          <DropdownMenu.RadioGroup
            value={order.column}
            onValueChange={(value) => {
              const chosen = columns.find((column) => column.id === value);
              list.setOrder({ column: chosen?.order ?? 'id', descending: false });
            }}
          >
            <Choice value="id" title="Arrival" />
            {columns.map((column) => (
              <Choice key={column.id} value={column.id} title={column.title} />
            ))}
          </DropdownMenu.RadioGroup>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.CheckboxItem
            className="menu-item"
            checked={order.descending}
            onCheckedChange={(descending) => list.setOrder({ ...order, descending })}
          >
            <DropdownMenu.ItemIndicator className="menu-check">✓</DropdownMenu.ItemIndicator>
            Descending
          </DropdownMenu.CheckboxItem>
          <DropdownMenu.Separator className="menu-line" />
          <DropdownMenu.Item
            className="menu-item"
            onSelect={() => preferences.setState({ columnWidths: {}, hiddenColumns: [] })}
          >
            Reset columns
          </DropdownMenu.Item>
        </DropdownMenu.Content>
      </DropdownMenu.Portal>
    </DropdownMenu.Root>
  );
}

function Choice({ value, title }: { readonly value: string; readonly title: string }) {
  return (
    <DropdownMenu.RadioItem className="menu-item" value={value}>
      <DropdownMenu.ItemIndicator className="menu-check">✓</DropdownMenu.ItemIndicator>
      {title}
    </DropdownMenu.RadioItem>
  );
}
