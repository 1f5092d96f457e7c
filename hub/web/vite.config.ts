import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

/** The page is served by the hub itself under a policy of `default-src 'self'`: nothing inline, no data URLs. */
export default defineConfig({
  root: here('.'),
  base: './',
  resolve: {
    // Leaflet's package entry is a UMD bundle; its ES module leaves out what we do not use.
    alias: [{ find: /^leaflet$/, replacement: here('../../node_modules/leaflet/dist/leaflet-src.esm.js') }],
  },
  build: {
    outDir: here('../../dist/hub/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    chunkSizeWarningLimit: 350,
    // The shared language only declares: what the page does not use of it (all texts of errors) stays out.
    rolldownOptions: { treeshake: { moduleSideEffects: (id) => !id.includes('/core/') } },
  },
})
