import { readFileSync, writeFileSync } from 'node:fs';

/** Pixels of the desktop. */
export interface Rectangle {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** Where the window was when it was closed. */
export interface WindowPlace {
  /** Without what maximizing changes. */
  readonly bounds: Rectangle;
  readonly maximized: boolean;
}

export const smallest = { width: 900, height: 560 } as const;
const first = { width: 1440, height: 900 } as const;

/**
 * Size and place of the window: as it was left, as far as a display still has it. Where nothing is known, or too little of the
 * title would be on a display, the system places it.
 * @param areas what displays have to offer
 */
export function windowBounds(left: WindowPlace | null, areas: readonly Rectangle[]): Partial<Rectangle> {
  if (left === null) return first;
  const { x, y } = left.bounds;
  const width = Math.max(smallest.width, left.bounds.width);
  const height = Math.max(smallest.height, left.bounds.height);
  const area = areas.find((each) => isHeldBy({ x, y, width, height }, each));
  return area ? { x, y, width: Math.min(width, area.width), height: Math.min(height, area.height) } : { width, height };
}

/** The window can be taken hold of there: its upper edge, and enough of its width. */
function isHeldBy(bounds: Rectangle, area: Rectangle): boolean {
  const seen = Math.min(bounds.x + bounds.width, area.x + area.width) - Math.max(bounds.x, area.x);
  return seen >= 200 && bounds.y >= area.y && bounds.y <= area.y + area.height - 60;
}

/** What cannot be read is as if it were not there. */
export function readPlace(file: string): WindowPlace | null {
  try {
    const value: unknown = JSON.parse(readFileSync(file, 'utf8'));
    return isPlace(value) ? value : null;
  } catch {
    return null;
  }
}

/** Not to be able to is no reason to stop anything. */
export function writePlace(file: string, place: WindowPlace): void {
  try {
    writeFileSync(file, JSON.stringify(place), { mode: 0o600 });
  } catch (error) {
    console.error(`the window's place was not written: ${(error as Error).message}`);
  }
}

function isPlace(value: unknown): value is WindowPlace {
  if (typeof value !== 'object' || value === null) return false;
  const { bounds, maximized } = value as { bounds?: Partial<Record<string, unknown>> | null; maximized?: unknown };
  const sides = ['x', 'y', 'width', 'height'];
  return typeof maximized === 'boolean' && bounds != null && sides.every((side) => Number.isSafeInteger(bounds[side]));
}
