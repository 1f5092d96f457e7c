import { existsSync } from 'node:fs'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance } from 'fastify'

/** Vite gives these files names with a hash of their content. */
const HASHED_DIR = '/assets/'
const YEAR_S = 31_536_000

/** Headers of every answer: a page that can load nothing but itself and, where named, images of other origins. */
export function securityHeaders(imageOrigins: readonly string[] = []): Readonly<Record<string, string>> {
  const images = ["'self'", 'data:', ...imageOrigins].join(' ')
  const policy = [
    "default-src 'self'",
    `img-src ${images}`,
    "style-src 'self'",
    "object-src 'none'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ')
  return {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'x-frame-options': 'DENY',
    'referrer-policy': 'no-referrer',
    'cross-origin-opener-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
  }
}

/** Serves the built page where it is; without one the server answers as an interface alone. */
export async function servePage(app: FastifyInstance, directory: string | undefined): Promise<void> {
  if (directory === undefined || !existsSync(directory)) return
  await app.register(fastifyStatic, {
    root: directory,
    cacheControl: false,
    // A build may have laid `.gz` beside its files.
    preCompressed: true,
    setHeaders(response, path) {
      const hashed = path.replaceAll('\\', '/').includes(HASHED_DIR)
      response.setHeader('cache-control', hashed ? `public, max-age=${YEAR_S}, immutable` : 'no-cache')
    },
  })
}
