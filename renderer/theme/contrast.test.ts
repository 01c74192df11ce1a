import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const css = readFileSync(new URL('./tokens.css', import.meta.url), 'utf8');

/** Colours of a theme by name, as the style sheet has them. */
function themeColours(theme: string): Map<string, string> {
  const block = new RegExp(`data-theme="${theme}"\\] \\{([^}]*)\\}`).exec(css)![1]!;
  return new Map(Array.from(block.matchAll(/--([\w-]+): (#[0-9a-f]{6})/g), ([, name, value]) => [name!, value!]));
}

/** WCAG 2.2, relative luminance. */
function luminance(colour: string): number {
  const [red, green, blue] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red! + 0.7152 * green! + 0.0722 * blue!;
}

function contrast(a: string, b: string): number {
  const [low, high] = [luminance(a), luminance(b)].sort((x, y) => x - y);
  return (high! + 0.05) / (low! + 0.05);
}

const protocols = ['http1', 'http2', 'grpc', 'diameter'];
const texts = ['text', 'muted', 'faint', 'ok', 'error', 'warning', ...protocols];
const onSelection = ['text', 'selection-faint', 'ok', 'error', 'warning', ...protocols];

describe.each(['dark', 'light'])('%s', (theme) => {
  const colours = themeColours(theme);
  const pairs = [
    ...['background', 'panel', 'raised', 'hover'].flatMap((surface) => texts.map((text) => [text, surface] as const)),
    ...onSelection.map((text) => [text, 'selection'] as const),
    ...['text', 'http2', 'ok', 'diameter', 'accent'].map((text) => [text, 'found'] as const),
    ['background', 'found-current'] as const,
    ['error', 'capturing-background'] as const,
    ['accent-text', 'accent'] as const,
    ['accent', 'background'] as const,
  ];

  test.each(pairs)('%s on %s reaches AA', (text, surface) => {
    expect(contrast(colours.get(text)!, colours.get(surface)!)).toBeGreaterThanOrEqual(4.5);
  });
});
