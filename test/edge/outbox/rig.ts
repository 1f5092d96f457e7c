import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Mono } from '../../../core/clock.ts'
import type { Fault } from '../../../core/errors.ts'
import { type FakeClock, fakeClock } from '../../../core/fakes/fake-clock.ts'
import { seededRandom } from '../../../core/fakes/seeded-random.ts'
import { type DeviceId, deviceId } from '../../../core/ids.ts'
import { silentLog } from '../../../core/log.ts'
import { sqliteSource } from '../../../core/node/sqlite-source.ts'
import type { SqlSource } from '../../../core/ports/sql-source.ts'
import type { Instant, Reading } from '../../../core/reading.ts'
import { decodeFrame } from '../../../core/wire/frame-codec.ts'
import type { AlarmEvent } from '../../../core/wire/messages.ts'
import type { Lane } from '../../../core/wire/topics.ts'
import { createOutbox } from '../../../edge/outbox/create-outbox.ts'
import type { Outbox, OutboxLimits } from '../../../edge/outbox/outbox.ts'

export const ZONE = 'Asia/Ho_Chi_Minh'

export interface Rig {
  readonly folder: string
  readonly file: string
  readonly clock: FakeClock
  readonly faults: Fault[]
  /** Opens an outbox on the rig's file; each gets a boot of its own. */
  open(options?: { readonly limits?: Partial<OutboxLimits>; readonly source?: SqlSource }): Outbox
  /** What a power cut would leave: the files as they are now, in a place of their own. */
  photograph(): string
  /** Goes on from a photograph. */
  openAt(file: string): Outbox
  /** Closes what was opened, and deletes it. */
  remove(): void
}

export function outboxRig(seed = 1): Rig {
  const folder = mkdtempSync(join(tmpdir(), 'tram-outbox-'))
  const file = join(folder, 'outbox.db')
  const clock = fakeClock()
  const random = seededRandom(seed)
  const faults: Fault[] = []
  const opened: Outbox[] = []
  const kept = (outbox: Outbox) => {
    opened.push(outbox)
    return outbox
  }
  let boots = 0
  let photographs = 0
  let current = file
  const openOn = (source: SqlSource, limits: Partial<OutboxLimits> = {}) =>
    kept(
      createOutbox({
        source,
        boot: `boot-${boots++}`,
        clock,
        random,
        log: silentLog,
        shape: () => ({ unit: 'm', resolution: 0.001 }),
        limits,
        timeZone: ZONE,
        onFault: (problem) => faults.push(problem),
      }),
    )
  return {
    folder,
    file,
    clock,
    faults,
    open: (options) => openOn(options?.source ?? sqliteSource(current), options?.limits),
    photograph() {
      const copy = join(folder, `photograph-${photographs++}.db`)
      for (const part of ['', '-wal', '-shm']) cpSync(current + part, copy + part)
      return copy
    },
    openAt(copy) {
      current = copy
      return openOn(sqliteSource(copy))
    },
    remove() {
      for (const outbox of opened) outbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

export function device(name: string): DeviceId {
  const id = deviceId(name)
  if (!id.ok) throw new Error(name)
  return id.value
}

export const level = device('dh-level')

export function readings(count: number, from = 0, name: DeviceId = level): Reading[] {
  return Array.from({ length: count }, (_, index) => ({
    device: name,
    channel: index % 2 === 0 ? 'distance' : 'battery',
    at: 1_790_000_000_000 + (from + index) * 1000,
    value: (from + index) / 1000,
    flag: 1,
  }))
}

export function instant(at = 0): Instant {
  return { at, mono: at as Mono, quality: 'synced' }
}

export function alarmEvent(n: number): AlarmEvent {
  return {
    v: 1,
    alarm: `dong-ha/level/${n}`,
    station: 'dong-ha',
    rule: 'level',
    event: 'raised',
    level: 1,
    at: 1_790_000_000_000 + n,
    text: { vi: 'trên BĐ1', en: 'above level 1' },
  }
}

/** Every number is stored, acknowledged or lost with a reason, and none twice. */
export function ledgerProblem(outbox: Outbox): string | undefined {
  for (const { lane, produced, stored, acknowledged, lost } of outbox.ledger().lanes) {
    const sum = stored + acknowledged + Object.values(lost).reduce((total, size) => total + size, 0)
    if (sum !== produced) return `${lane}: ${sum} of ${produced} accounted for`
    if (acknowledged < 0 || stored < 0) return `${lane}: negative count`
  }
  return undefined
}

export function lane(outbox: Outbox, name: Lane) {
  const found = outbox.ledger().lanes.find((ledger) => ledger.lane === name)
  if (found === undefined) throw new Error(`no ${name} lane`)
  return found
}

export function frameAt(outbox: Outbox, name: Lane, first: number) {
  const decoded = decodeFrame(outbox.bytes(name, first) ?? new Uint8Array())
  if (!decoded.ok) throw new Error(decoded.error.code)
  return decoded.value
}

export function cutAll(outbox: Outbox): void {
  for (const range of outbox.unframed('live')) outbox.cut('live', range, 1000)
}
