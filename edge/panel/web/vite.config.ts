import { fileURLToPath } from 'node:url'
import { gzipSync } from 'node:zlib'
import { defineConfig, type Plugin } from 'vite'

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url))

const SHELL = 'SHELL_OF_THIS_BUILD'
/** Files of `public/` that the page needs without a network. */
const OWN = ['./', 'icon.svg', 'icon-192.png', 'manifest.webmanifest']

/** Tells the service worker what this build consists of: a new build makes a new worker, which keeps the new files. */
const shellList: Plugin = {
  name: 'shell-list',
  generateBundle(_options, bundle) {
    const files = Object.keys(bundle).filter((name) => name !== 'sw.js' && name !== 'index.html')
    for (const part of Object.values(bundle)) {
      if (part.type === 'chunk' && part.fileName === 'sw.js') {
        part.code = part.code.replace(SHELL, [...OWN, ...files.toSorted()].join(' '))
      }
    }
  },
}

/** Beside each file the same, smaller: the node sends that one to a browser that takes it, and packs nothing itself. */
const packed: Plugin = {
  name: 'packed',
  generateBundle: {
    order: 'post',
    handler(_options, bundle) {
      for (const part of Object.values(bundle)) {
        const source = part.type === 'chunk' ? part.code : part.source
        this.emitFile({
          type: 'asset',
          fileName: `${part.fileName}.gz`,
          source: gzipSync(source, { level: 9 }),
        })
      }
    },
  },
}

/** The panel is served by the node itself under a policy of `default-src 'self'`: nothing inline, no data URLs. */
export default defineConfig({
  root: here('.'),
  base: './',
  plugins: [shellList, packed],
  build: {
    outDir: here('../../../dist/edge/panel/web'),
    emptyOutDir: true,
    target: 'es2022',
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      // The shared language only declares: what the page does not use of it (all texts of errors) stays out.
      treeshake: { moduleSideEffects: (id) => !id.includes('/core/') },
      input: { page: here('index.html'), sw: here('sw.ts') },
      output: { entryFileNames: ({ name }) => (name === 'sw' ? 'sw.js' : 'assets/[name]-[hash].js') },
    },
  },
})
