import react from '@vitejs/plugin-react';
import { defineConfig, type Plugin } from 'vite';

/** Puts the polyfills before everything else that the page loads. */
const polyfillsFirst: Plugin = {
  name: 'polyfills-first',
  transformIndexHtml: {
    order: 'pre',
    handler: (html) => html.replace('<script', '<script type="module" src="./polyfills/chrome83.ts"></script><script'),
  },
};

/**
 * Two builds of the same view. The usual one is for the Electron that ships and for current browsers. `--mode chrome83` is only
 * for the smoke test in an old Electron (its Chromium is 83): syntax lowered and what that engine lacks polyfilled.
 */
export default defineConfig(({ mode }) => {
  const old = mode === 'chrome83';
  return {
    root: new URL('.', import.meta.url).pathname,
    base: './',
    publicDir: false,
    plugins: old ? [react(), polyfillsFirst] : [react()],
    build: {
      outDir: old ? '../build/renderer-chrome83' : '../build/renderer',
      emptyOutDir: true,
      license: { fileName: 'third-party-licenses.md' },
      target: old ? 'chrome83' : 'baseline-widely-available',
      // Content as data: URLs would need exceptions in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1_000,
      reportCompressedSize: false,
    },
  };
});
