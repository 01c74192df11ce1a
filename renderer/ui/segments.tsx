import { ToggleGroup } from 'radix-ui';

interface Props<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [value: T, title: string])[];
  onChange(value: T): void;
}

/** One of a few, side by side. */
export function Segments<T extends string>({ label, value, options, onChange }: Props<T>) {
  return (
    <ToggleGroup.Root
      type="single"
      className="segments"
      aria-label={label}
      value={value}
      onValueChange={(chosen) => {
        if (chosen !== '') onChange(chosen as T);
      }}
    >
      {options.map(([option, title]) => (
        <ToggleGroup.Item key={option} value={option} className="segment">
          {title}
        </ToggleGroup.Item>
      ))}
    </ToggleGroup.Root>
  );
}
