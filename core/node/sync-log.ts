import { open, readdir } from 'node:fs/promises'
import { join } from 'node:path'

/**
 * Forces what LevelDB has written so far onto the disk. LevelDB hands each batch to the system before it answers, but
 * fsyncs its log only when it is asked to, and PouchDB never asks: without this a power cut takes back what was told.
 * Rejects where the disk refuses.
 */
export async function syncLevelLog(folder: string): Promise<void> {
  const logs = (await readdir(folder)).filter((name) => name.endsWith('.log'))
  for (const name of [...logs, '.']) {
    const file = await openExisting(join(folder, name))
    if (file === undefined) continue
    try {
      await file.sync()
    } finally {
      await file.close()
    }
  }
}

/** A log that is gone was merged into a table, which LevelDB itself has synced. */
async function openExisting(path: string) {
  try {
    return await open(path, 'r')
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined
    throw cause
  }
}
