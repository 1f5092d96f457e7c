import Type, { type Static } from 'typebox'
import type { Mono, NodeClock, Utc } from '../../core/clock.ts'
import type { Edit, EditSide } from '../../core/documents/edit.ts'
import { Hold, holdId } from '../../core/documents/hold.ts'
import { fault } from '../../core/errors.ts'
import type { StoredDocument } from '../../core/ports/document-store.ts'
import { err, type Result } from '../../core/result.ts'
import { checker } from '../../core/schema.ts'
import type { DeviceDefinition } from '../../devices/define.ts'
import { runsBounded } from '../control/interlocks.ts'
import type { ControlState } from '../control-state.ts'
import type { Outputs } from '../outputs.ts'
import type { Refusals } from '../refusals.ts'
import type { SiteDocuments } from './site-documents.ts'

/** Outputs that people have taken over by hand. */
export interface Holds {
  start(): Promise<void>
  /** Ends what has run out; at least once a second. */
  tick(): void
  views(): readonly HoldView[]
  /** HOLD_ENDED where `letGo` ended it before it was written down, or a moment before; else faults of documents. */
  hold(asked: AskedHold): Promise<Result<void>>
  release(device: string, output: string, who: string): Promise<Result<void>>
  /**
   * Ends what is held of an output at once, and whatever was asked of it before this and is still being written. That
   * no restart brings it back is written down before this returns; the document goes when the disk lets it.
   */
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

/** What is asked for so soon after it was let go was on its way before that: nobody has seen the stop yet. */
const CROSSING_MS = 1_000
/** A document that could not be removed is tried again this often. */
const REMOVE_AGAIN_MS = 10_000

const checkHold = checker(Hold)
const Made = Type.Object({ boot: Type.String(), mono: Type.Number() })
const LetGo = Type.Object({ rev: Type.Union([Type.String(), Type.Null()]), before: Made })
/**
 * What was let go of an output: the hold of this revision, and all that were made by hand in that boot before then. Kept
 * where it is on disk at once; the document itself takes its time.
 */
type LetGo = Static<typeof LetGo>
const checkLetGo = checker(LetGo)

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
 * wrote them does not stand there. A hold ends by the node's clock; one that was made in this boot ends by the monotonic
 * clock whatever the time is, and none lasts longer than its whole length from when this boot saw it, though the clock is
 * set back. Where neither is known (made in an earlier boot or at a hub, and nothing has told the time) it lasts that
 * long: somebody may rely on it, and it ends all the same. Not one that lets water run, which would run anew with each
 * restart: it waits for the time.
 */
export function createHolds(parts: {
  readonly clock: NodeClock
  readonly boot: string
  readonly documents: SiteDocuments
  readonly outputs: Pick<Outputs, 'order' | 'release'>
  readonly definitions: ReadonlyMap<string, DeviceDefinition>
  /** On disk when `write` returns. */
  readonly memory: ControlState
  readonly refusals: Refusals
}): Holds {
  const { clock, boot, documents, outputs, memory, refusals } = parts
  const held = new Map<string, Held>()
  /** Holds on their way to the disk, by id. */
  const writing = new Map<string, number>()
  /** What this boot knows to be let go; the rest is in `memory`. */
  const letGone = new Map<string, LetGo>()
  /** Documents that are to go and are not gone yet. */
  const leaving = new Map<string, { readonly rev: string; readonly by: string; againAt: number }>()

  const letsWaterRun = ({ device, output, value }: Hold): boolean =>
    runsBounded(parts.definitions.get(device)?.outputs[output], value)
  const letGoOf = (id: string): LetGo | undefined => {
    const known = letGone.get(id)
    if (known !== undefined) return known
    const read = checkLetGo(memory.read(id))
    return read.ok ? read.value : undefined
  }
  const isLetGo = (id: string, rev: string | undefined, made: Hold['made']): boolean => {
    const ended = letGoOf(id)
    if (ended === undefined) return false
    const { boot: life, mono } = ended.before
    return ended.rev === rev || (made?.boot === life && made.mono < mono)
  }
  /** Nobody can tell whether a hub's hold was asked before the stop; one that comes right after it was on its way. */
  const endCrossing = (id: string, rev: string, hold: Hold) => {
    const ended = letGone.get(id)
    if (ended === undefined || clock.monotonic() >= ended.before.mono) return
    if (hold.made !== undefined || !letsWaterRun(hold)) return
    letGone.set(id, { ...ended, rev })
    memory.write(id, { ...ended, rev })
  }
  /** Only this revision: somebody may be about to hold the output anew. */
  const remove = (id: string, rev: string, by: string) => {
    leaving.set(id, { rev, by, againAt: clock.monotonic() + REMOVE_AGAIN_MS })
    void documents.remove(id, by, rev).then((removed) => {
      if (!removed.ok && removed.error.code !== 'DOCUMENT_CONFLICT')
        return refusals.note(removed.error, 'documents')
      if (leaving.get(id)?.rev === rev) leaving.delete(id)
    })
  }

  const take = ({ id, rev, body }: StoredDocument) => {
    const checked = checkHold(body)
    if (!checked.ok) return
    endCrossing(id, rev, checked.value)
    if (isLetGo(id, rev, checked.value.made)) {
      drop(id)
      return remove(id, rev, 'stop')
    }
    // What was held before is not let go first: the output would be driven to and fro.
    const edit = documents.edit(id)
    held.set(id, { rev, hold: checked.value, edit, seen: clock.monotonic(), until: undefined })
    arm(id)
  }
  const isOfNow = ({ hold }: Held) => hold.made?.boot === boot
  const isDated = ({ edit }: Held) =>
    edit !== undefined && edit.clock !== 'unknown' && clock.quality() !== 'unknown'
  const endOf = (entry: Held): Mono => {
    const { hold, seen } = entry
    if (hold.made !== undefined && isOfNow(entry))
      return (Math.min(hold.made.mono, seen) + hold.for_s * 1000) as Mono
    const most = (seen + hold.for_s * 1000) as Mono
    return isDated(entry) ? (Math.min(most, clock.monotonic() + (hold.until - clock.now())) as Mono) : most
  }
  const waitsForTime = (entry: Held): boolean => {
    if (isOfNow(entry) || isDated(entry)) return false
    return letsWaterRun(entry.hold)
  }
  const arm = (id: string) => {
    const entry = held.get(id)
    if (entry === undefined) return
    const until = endOf(entry)
    if (until <= clock.monotonic()) {
      drop(id)
      return remove(id, entry.rev, 'clock')
    }
    if (waitsForTime(entry)) return
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
      const now = clock.monotonic()
      for (const [id, { rev, by, againAt }] of [...leaving]) if (now >= againAt) remove(id, rev, by)
    },
    views() {
      const [now, mono] = [clock.now(), clock.monotonic()]
      const inForce = [...held.values()].filter((entry) => !waitsForTime(entry))
      return inForce.map(({ hold: { made: _made, kind: _kind, ...hold }, edit, until }) => ({
        ...hold,
        until: until === undefined ? hold.until : now + (until - mono),
        side: edit?.side ?? 'edge',
      }))
    },
    async hold({ device, output, value, for_s, who, why }) {
      const until = Math.round(clock.now() + for_s * 1000)
      const id = holdId({ device, output })
      const made = { boot, mono: clock.monotonic() }
      const ended = () => isLetGo(id, undefined, made)
      if (ended()) return err(fault('HOLD_ENDED', { device, output }))
      const hold: Hold = { kind: 'hold', device, output, value, until, for_s, who, why, made }
      writing.set(id, (writing.get(id) ?? 0) + 1)
      const written = await documents.putAll([{ id, body: hold }], who)
      const left = (writing.get(id) ?? 1) - 1
      if (left > 0) writing.set(id, left)
      else writing.delete(id)
      return written.ok && isLetGo(id, undefined, made)
        ? err(fault('HOLD_ENDED', { device, output }))
        : written
    },
    letGo(device, output, who) {
      const id = holdId({ device, output })
      const entry = held.get(id)
      const rev = entry?.rev ?? letGoOf(id)?.rev ?? null
      const ended = { rev, before: { boot, mono: clock.monotonic() + CROSSING_MS } }
      letGone.set(id, ended)
      if (entry === undefined && !writing.has(id)) return
      memory.write(id, ended)
      drop(id)
      if (entry !== undefined) remove(id, entry.rev, who)
    },
    async release(device, output, who) {
      const id = holdId({ device, output })
      if ((await documents.get(id)) === undefined)
        return err(fault('DOCUMENT_UNKNOWN', { id: id.slice(0, 120) }))
      return documents.remove(id, who)
    },
  }
}
