import type { Cancel, Clock } from '../../../../core/clock.ts'
import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import type { Refusal } from '../../../../page/ask.ts'
import type { FarmCheck } from '../../../api/farm-schema.ts'
import type { DocumentView } from '../../../api/schema.ts'
import type { Api, FarmKey } from '../../api.ts'

/** A change is checked by the hub when the fingers have rested for so long. */
const REST_MS = 500

/** A greenhouse's document while it is being edited: read whole, and saved whole or not at all. */
export interface HouseDraft {
  readonly house: Greenhouse
  readonly dirty: boolean
}

export interface DraftEvents {
  /** It was read anew, or `undo` brought back what was read. Undefined where the hub has none that can be edited. */
  taken(draft: HouseDraft | undefined, document: DocumentView | undefined): void
  checked(check: FarmCheck): void
  /** Somebody else has written it while something is edited here. */
  overtaken(): void
  failed(refusal: Refusal): void
}

export function createHouseDraft(
  { api, clock }: { readonly api: Api; readonly clock: Clock },
  key: FarmKey,
  events: DraftEvents,
) {
  const id = `greenhouse:${key.farm}`
  let document: DocumentView | undefined
  let read: Greenhouse | undefined
  let house: Greenhouse | undefined
  let dirty = false
  let turn = 0
  let readings = 0
  let dropping = false
  let cancelCheck: Cancel = () => {}

  const check = async () => {
    const mine = ++turn
    if (house === undefined) return
    const answer = await api.checkFarm(key, house)
    if (mine !== turn) return
    if (answer.ok) events.checked(answer.value)
    else events.failed(answer.refusal)
  }
  const take = async (next: DocumentView | undefined) => {
    document = next
    dirty = false
    read = undefined
    house = undefined
    if (next === undefined) return events.taken(undefined, undefined)
    const mine = ++turn
    // What a document leaves out is filled in by who knows its schema: the page has none.
    const answer = await api.checkFarm(key, next.content)
    if (mine !== turn) return
    if (!answer.ok) return events.failed(answer.refusal)
    if (!isHouse(answer.value.house)) {
      events.taken(undefined, next)
      return events.checked(answer.value)
    }
    read = answer.value.house
    house = read
    events.taken({ house, dirty }, next)
    events.checked(answer.value)
  }
  /**
   * Reads the document; `drop` also over edits that are not saved. Of two questions that are under way the later one
   * counts, whichever is answered last.
   */
  const load = async (drop = false) => {
    const mine = ++readings
    dropping ||= drop
    const answer = await api.document(key.edge, id)
    if (mine !== readings) return
    const over = dropping
    dropping = false
    if (!answer.ok) return events.failed(answer.refusal)
    const fresh = answer.value?.rev !== document?.rev
    if (dirty && !over) return fresh ? events.overtaken() : undefined
    if (fresh || over || document === undefined) await take(answer.value)
  }
  return {
    house: () => house,
    dirty: () => dirty,
    change(next: Greenhouse) {
      house = next
      dirty = true
      cancelCheck()
      cancelCheck = clock.after(REST_MS, () => void check())
    },
    check,
    load,
    async undo() {
      await take(document)
      // What was edited elsewhere meanwhile was left alone.
      await load()
    },
    /** True once the hub has it. */
    async save(): Promise<boolean> {
      if (document === undefined || house === undefined) return false
      const answer = await api.putDocument(document, { ...document.content, ...house })
      if (!answer.ok) {
        events.failed(answer.refusal)
        return false
      }
      await take(answer.value)
      return true
    },
    close: () => cancelCheck(),
  }
}

/** The hub has checked it against the schema of greenhouses and filled in what was left out. */
function isHouse(house: object | null): house is Greenhouse {
  return house !== null && 'programs' in house && 'recipes' in house && 'climate' in house
}
