import type { CaptureOptions } from './capture-options.ts';
import { valuesOf } from './values.ts';

/** A values file (YAML) that means these options, for `manifests -f`, for Git, and for helm. */
export function valuesText(capture: CaptureOptions): string {
  return `${lines(valuesOf(capture), '').join('\n')}\n`;
}

/** Texts are quoted as in JSON, which YAML takes as it is. */
function lines(section: object, indent: string): readonly string[] {
  return Object.entries(section).flatMap(([name, value]: [string, unknown]) => {
    if (Array.isArray(value)) {
      if (value.length === 0) return [`${indent}${name}: []`];
      return [`${indent}${name}:`, ...value.map((item) => `${indent}  - ${JSON.stringify(item)}`)];
    }
    if (typeof value === 'object' && value !== null) return [`${indent}${name}:`, ...lines(value, `${indent}  `)];
    return [`${indent}${name}: ${JSON.stringify(value)}`];
  });
}
