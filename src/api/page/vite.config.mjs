import { defineConfig } from 'vite';

/** Builds the page into dist/page, where the service looks for it. */
export default defineConfig({
  root: import.meta.dirname,
  base: './',
  build: { outDir: '../../../dist/page', emptyOutDir: true, target: 'es2022', modulePreload: { polyfill: false } },
  oxc: { jsx: { runtime: 'automatic', importSource: 'preact' } },
});
