import { spawn, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export const socatMissing = spawnSync('socat', ['-V']).error !== undefined

const PATIENCE_MS = 5_000

/** Two pseudo-terminals, joined; what is written into one is read from the other. */
export interface PtyPair {
  readonly near: string
  readonly far: string
  close(): void
}

export async function openPtyPair(): Promise<PtyPair> {
  const folder = mkdtempSync(join(tmpdir(), 'tram-pty-'))
  const [near, far] = [join(folder, 'node'), join(folder, 'modem')]
  const socat = spawn('socat', [`PTY,link=${near},raw,echo=0`, `PTY,link=${far},raw,echo=0`])
  const close = () => {
    socat.kill()
    rmSync(folder, { recursive: true, force: true })
  }
  const end = Date.now() + PATIENCE_MS
  while (!existsSync(near) || !existsSync(far)) {
    if (Date.now() > end) {
      close()
      throw new Error('socat made no ptys')
    }
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
  return { near, far, close }
}
