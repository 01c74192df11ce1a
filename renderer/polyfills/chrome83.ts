/** What the libraries of the view use and Chromium 83 lacks. Only in the build for the smoke test in an old Electron. */

export {};

function define(target: object, name: string, value: unknown): void {
  if (!(name in target)) Object.defineProperty(target, name, { value, writable: true, configurable: true });
}

function at<T>(this: ArrayLike<T>, index: number): T | undefined {
  return this[index < 0 ? this.length + index : index];
}

define(Array.prototype, 'at', at);
define(String.prototype, 'at', at);
define(Uint8Array.prototype, 'at', at);

define(Array.prototype, 'findLast', function <T>(this: T[], test: (value: T) => boolean): T | undefined {
  for (let index = this.length - 1; index >= 0; index--) if (test(this[index]!)) return this[index];
  return undefined;
});

define(Array.prototype, 'toSorted', function <T>(this: T[], compare?: (a: T, b: T) => number): T[] {
  return [...this].sort(compare);
});

define(String.prototype, 'replaceAll', function (this: string, search: string | RegExp, replacement: string): string {
  return typeof search === 'string' ? this.split(search).join(replacement) : this.replace(search, replacement);
});

define(
  Object,
  'hasOwn',
  (target: object, key: PropertyKey) => Reflect.getOwnPropertyDescriptor(target, key) !== undefined,
);

define(globalThis, 'structuredClone', (value: unknown) => JSON.parse(JSON.stringify(value)) as unknown);

define(Element.prototype, 'replaceChildren', function (this: Element, ...nodes: (Node | string)[]): void {
  this.textContent = '';
  this.append(...nodes);
});
define(ShadowRoot.prototype, 'replaceChildren', Element.prototype.replaceChildren);
