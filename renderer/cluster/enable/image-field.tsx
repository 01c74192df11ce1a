import type { CaptureOptions } from '../../../app/mesh/capture-options.ts';

interface Props {
  readonly label: string;
  readonly image: string;
  readonly onChange: (change: Partial<CaptureOptions>) => void;
}

/** The image that our programs run on: any stock Node, perhaps of a mirror. */
export function ImageField({ label, image, onChange }: Props) {
  return (
    <label className="capture-image">
      <span className="muted">{label}</span>
      <input
        className="text-field data"
        value={image}
        spellCheck={false}
        onChange={(event) => onChange({ image: event.target.value.trim() })}
      />
    </label>
  );
}
