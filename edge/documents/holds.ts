import type { Mono, NodeClock, Utc } from '../../core/clock.ts'
import type { Edit, EditSide } from '../../core/documents/edit.ts'
import { HOLD_S_MAX, Hold, holdId } from '../../core/documents/hold.ts'
import { fault } from '../../core/errors.ts'
import type { StoredDocument } from '../../core/ports/document-store.ts'
import { err, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'
import type { Outputs } from '../outputs.ts'
import type { Refusals } from '../refusals.ts'
import type { SiteDocuments } from './site-documents.ts'

/** Outputs that people have taken over by hand. */
export interface Holds {
  start(): Promise<void>
  /** Ends what has run out; at least once a second. */
  tick(): void
  views(): readonly HoldView[]
  hold(asked: AskedHold): Promise<Result<void>>
  release(device: string, output: string, who: string): Promise<Result<void>>
  /** Ends what is held of an output at once, whatever the disk makes of it; nothing where nothing is. */
  letGo(device: string, output: string, who: string): void
}

export interface HoldView extends AskedHold {
  /** Best known UTC at which it ends. */
  readonly until: Utc
  readonly side: EditSide
}

export interface AskedHold {
  readonly device: string
  readonly output: string
  readonly value: number
  readonly for_s: number
  readonly who: string
  readonly why: string
}

const PREFIX = 'hold:'
/** An end that moves by less than this, because the clock was corrected, is not told to the output anew. */
const MOVED_MS = 2_000

const checkHold = checker(Hold)

interface Held {
  readonly rev: string
  readonly hold: Hold
  readonly edit: Edit | undefined
  /** When this boot first saw it. */
  readonly seen: Mono
  /** As the output was last told; undefined while it was not. */
  until: Mono | undefined
}

/**
 * Brings holds into force: those made on site as orders of rank `manual`, those of the hub as a command is, since whoever
 * wrote them does not stand there. A hold ends by the node's clock; one that was made in this boot
 * ends by the monotonic clock whatever the time is. Where neither is known (made in an earlier boot or at a hub, and
 * nothing has told the time) it lasts its whole length once more from when this boot saw it: somebody may rely on it,
 * and it ends all the same.
 */
export function createHolds(parts: {
  readonly clock: NodeClock
  readonly boot: string
  readonly documents: SiteDocuments
  readonly outputs: Pick<Outputs, 'order' | 'release'>
  readonly refusals: Refusals
}): Holds {
  const { clock, boot, documents, outputs, refusals } = parts
  const held = new Map<string, Held>()

  const take = ({ id, rev, body }: StoredDocument) => {
    const checked = checkHold(body)
    if (!checked.ok) return
    // What was held before is not let go first: the output would be driven to and fro.
    const edit = documents.edit(id)
    held.set(id, { rev, hold: checked.value, edit, seen: clock.monotonic(), until: undefined })
    arm(id)
  }
  const endOf = ({ hold, edit, seen }: Held): Mono => {
    const now = clock.monotonic()
    if (hold.made?.boot === boot) return (Math.min(hold.made.mono, seen) + hold.for_s * 1000) as Mono
    const dated = edit !== undefined && edit.clock !== 'unknown' && clock.quality() !== 'unknown'
    if (dated) return (now + Math.min(hold.until - clock.now(), HOLD_S_MAX * 1000)) as Mono
    return (seen + hold.for_s * 1000) as Mono
  }
  const arm = (id: string) => {
    const entry = held.get(id)
    if (entry === undefined) return
    const until = endOf(entry)
    if (until <= clock.monotonic()) {
      drop(id)
      // Only this one: somebody may be about to hold the output anew.
      void documents.remove(id, 'clock', entry.rev).then((removed) => {
        if (!removed.ok && removed.error.code !== 'DOCUMENT_CONFLICT')
          refusals.note(removed.error, 'documents')
      })
      return
    }
    if (entry.until !== undefined && Math.abs(entry.until - until) < MOVED_MS) return
    const { device, output, value, who, why } = entry.hold
    const said = why === '' ? '' : `: ${why}`
    const afar = entry.edit?.side === 'hub'
    const reason = afar
      ? { vi: `${who} giữ từ trung tâm${said}`, en: `Held from the centre by ${who}${said}` }
      : { vi: `${who} giữ bằng tay${said}`, en: `Held by hand by ${who}${said}` }
    const rank = afar ? 'command' : 'manual'
    const ordered = outputs.order(id, { device, output, value, rank, until, reason })
    if (!ordered.ok) {
      refusals.note(ordered.error, device)
      outputs.release(id, entry.hold)
    }
    entry.until = until
  }
  const drop = (id: string) => {
    const entry = held.get(id)
    held.delete(id)
    if (entry !== undefined) outputs.release(id, entry.hold)
  }

  return {
    async start() {
      documents.onForce((id) => {
        if (!id.startsWith(PREFIX)) return
        void documents.get(id).then((document) => (document === undefined ? drop(id) : take(document)))
      })
      for (const document of await documents.list(PREFIX)) take(document)
    },
    tick() {
      for (const id of [...held.keys()]) arm(id)
    },
    views() {
      const [now, mono] = [clock.now(), clock.monotonic()]
      return [...held.values()].map(({ hold: { made: _made, kind: _kind, ...hold }, edit, until }) => ({
        ...hold,
        until: until === undefined ? hold.until : now + (until - mono),
        side: edit?.side ?? 'edge',
      }))
    },
    async hold({ device, output, value, for_s, who, why }) {
      const until = Math.round(clock.now() + for_s * 1000)
      const made = { boot, mono: clock.monotonic() }
      const hold: Hold = { kind: 'hold', device, output, value, until, for_s, who, why, made }
      return documents.putAll([{ id: holdId(hold), body: hold }], who)
    },
    letGo(device, output, who) {
      const id = holdId({ device, output })
      if (!held.has(id)) return
      drop(id)
      void documents.remove(id, who).then((removed) => {
        if (!removed.ok) refusals.note(removed.error, 'documents')
      })
    },
    async release(device, output, who) {
      const id = holdId({ device, output })
      if ((await documents.get(id)) === undefined)
        return err(fault('DOCUMENT_UNKNOWN', { id: id.slice(0, 120) }))
      return documents.remove(id, who)
    },
  }
}
