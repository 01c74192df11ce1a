import react from '@vitejs/plugin-react';
import { defineConfig } from 'vite';

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
    plugins: [react()],
    define: { __OLD_CHROMIUM__: JSON.stringify(old) },
    build: {
      outDir: old ? '../build/renderer-chrome83' : '../build/renderer',
      emptyOutDir: true,
      target: old ? 'chrome83' : 'baseline-widely-available',
      // Content as data: URLs would need exceptions in the content security policy.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      chunkSizeWarningLimit: 1_000,
      reportCompressedSize: false,
    },
  };
});
