import type { Language } from '../../core/text.ts'
import { type Answer, createAsk, textOf } from '../../page/ask.ts'
import type { OpenStream } from '../../page/live/feed.ts'
import type { FarmCheck, FarmUse, FarmView, UseBy } from '../api/farm-schema.ts'
import type { EnergyView, FaultView, OrderView, StreetView } from '../api/lighting-schema.ts'
import type {
  AlertView,
  CommandView,
  ConflictView,
  DocumentHead,
  DocumentView,
  EdgeView,
  ErrorTable,
  LedgerView,
  Overview,
  SeriesView,
} from '../api/schema.ts'
import type { Account } from './account.ts'
import type { Order } from './command-order.ts'
import { words } from './words.ts'

export interface SeriesQuery {
  readonly edge: string
  readonly device: string
  readonly channel: string
  readonly from: number
  readonly to: number
  readonly buckets: number
}

/** The street that something is asked about. */
export interface StreetKey {
  readonly edge: string
  readonly street: string
}
export interface EnergyQuery extends StreetKey {
  readonly from: number
  readonly to: number
  readonly by: 'day' | 'month'
}

/** The greenhouse that something is asked about. */
export interface FarmKey {
  readonly edge: string
  readonly farm: string
}
/** Of one greenhouse, or of all. */
export interface FarmUseQuery extends Partial<FarmKey> {
  readonly by: UseBy
  readonly from: number
  readonly to: number
}

/** The hub's interface as this page uses it. Nothing rejects: a failure is an answer with its reason. */
export interface Api {
  overview(signal?: AbortSignal): Promise<Answer<Overview>>
  edges(): Promise<Answer<EdgeView[]>>
  errors(): Promise<Answer<ErrorTable>>
  ledger(edge: string): Promise<Answer<LedgerView>>
  series(query: SeriesQuery): Promise<Answer<SeriesView>>
  stationAlerts(station: string): Promise<Answer<AlertView[]>>
  acknowledge(alert: Pick<AlertView, 'id'>): Promise<Answer<AlertView>>
  /** Newest first. */
  commands(edge: string): Promise<Answer<CommandView[]>>
  command(edge: string, order: Order): Promise<Answer<CommandView>>
  cancelCommand(command: Pick<CommandView, 'edge' | 'id'>): Promise<Answer<CommandView>>
  /** Undefined where the hub has no such document. */
  document(edge: string, id: string): Promise<Answer<DocumentView | undefined>>
  /** Writes over the revision that was read; refused when another has been written since. */
  putDocument(document: DocumentView, content: DocumentView['content']): Promise<Answer<DocumentView>>
  conflicts(edge: string): Promise<Answer<ConflictView[]>>
  settleConflict(conflict: ConflictView, how: 'restore' | 'dismiss'): Promise<Answer<unknown>>
  clearQuarantine(edge: string): Promise<Answer<unknown>>
  streets(): Promise<Answer<StreetView[]>>
  street(key: StreetKey): Promise<Answer<StreetView>>
  /** Newest first. */
  lightOrders(key: StreetKey): Promise<Answer<OrderView[]>>
  energy(query: EnergyQuery): Promise<Answer<EnergyView>>
  /** Of one street, or of all. */
  lightFaults(key?: StreetKey): Promise<Answer<FaultView[]>>
  farms(): Promise<Answer<FarmView[]>>
  farm(key: FarmKey): Promise<Answer<FarmView>>
  farmUse(query: FarmUseQuery): Promise<Answer<FarmUse>>
  /** What is wrong with a document that is being written, and what it would water. */
  checkFarm(key: FarmKey, body: unknown): Promise<Answer<FarmCheck>>
  me(): Promise<Answer<Account>>
  signIn(name: string, password: string): Promise<Answer<unknown>>
  signOut(): Promise<Answer<unknown>>
  readonly openStream: OpenStream
}

export function createApi(root = '/api/v1'): Api {
  const ask = createAsk(root, words)
  const post = <T>(path: string, body: unknown) =>
    ask<T>(path, { method: 'POST', body: JSON.stringify(body) })
  const part = encodeURIComponent
  return {
    overview: (signal) => ask('/overview', signal === undefined ? {} : { signal }),
    edges: () => ask('/edges'),
    errors: () => ask('/errors'),
    ledger: (edge) => ask(`/edges/${part(edge)}/ledger`),
    series: ({ edge, device, channel, from, to, buckets }) =>
      ask(
        `/points/${part(device)}/${part(channel)}/series?${new URLSearchParams({
          edge,
          from: String(Math.round(from)),
          to: String(Math.round(to)),
          buckets: String(buckets),
        })}`,
      ),
    stationAlerts: (station) => ask(`/alerts?${new URLSearchParams({ station })}`),
    commands: (edge) => ask(`/edges/${part(edge)}/commands?limit=20`),
    command: (edge, order) => post(`/edges/${part(edge)}/commands`, order),
    cancelCommand: ({ edge, id }) => post(`/edges/${part(edge)}/commands/${part(id)}/cancel`, {}),
    async document(edge, id) {
      // Looked up first: a browser tells of every address that is not there as an error.
      const list = await ask<DocumentHead[]>(`/documents?${new URLSearchParams({ edge })}`)
      if (!list.ok) return list
      const found = list.value.some((head) => head.id === id)
      return found ? ask(`/documents/${part(edge)}/${part(id)}`) : { ok: true, value: undefined }
    },
    putDocument: ({ edge, id, rev }, content) =>
      ask(`/documents/${part(edge)}/${part(id)}`, {
        method: 'PUT',
        body: JSON.stringify(content),
        headers: { 'if-match': `"${rev}"` },
      }),
    conflicts: (edge) => ask(`/conflicts?${new URLSearchParams({ edge })}`),
    settleConflict: ({ id }, how) => post(`/conflicts/${part(id)}/${how}`, {}),
    clearQuarantine: (edge) => post(`/edges/${part(edge)}/quarantine/clear`, {}),
    acknowledge: (alert) => post(`/alerts/${part(alert.id)}/acknowledge`, {}),
    streets: () => ask('/lighting/streets'),
    street: ({ edge, street }) => ask(`/lighting/streets/${part(edge)}/${part(street)}`),
    lightOrders: ({ edge, street }) =>
      ask(`/lighting/orders?${new URLSearchParams({ edge, street, limit: '20' })}`),
    energy: (query) => ask(`/lighting/energy?${energyParams(query)}`),
    lightFaults: (key) => ask(`/lighting/faults?${new URLSearchParams({ ...key, state: 'active' })}`),
    farms: () => ask('/farms'),
    farm: ({ edge, farm }) => ask(`/farms/${part(edge)}/${part(farm)}`),
    farmUse: (query) => ask(`/farms/use?${useParams(query)}`),
    checkFarm: ({ edge, farm }, body) => post(`/farms/${part(edge)}/${part(farm)}/check`, { body }),
    me: () => ask('/me'),
    signIn: (name, password) => post('/login', { name, password }),
    signOut: () => post('/logout', {}),
    openStream: async (signal) => {
      const response = await fetch(`${root}/stream`, { signal, headers: { accept: 'text/event-stream' } })
      if (!response.ok || response.body === null) return { ok: false, status: response.status }
      return { ok: true, pieces: textOf(response.body) }
    },
  }
}

function energyParams({ edge, street, from, to, by }: EnergyQuery): URLSearchParams {
  return new URLSearchParams({ edge, street, from: String(from), to: String(to), by })
}

function useParams({ by, from, to, edge, farm }: FarmUseQuery): URLSearchParams {
  const place = edge === undefined || farm === undefined ? {} : { edge, farm }
  return new URLSearchParams({ by, from: String(from), to: String(to), ...place })
}

/** Addresses of files for spreadsheets, as those of this language read them; a link that the browser follows by itself. */
export const energyFile = (query: EnergyQuery, lang: Language): string =>
  `api/v1/lighting/energy.csv?${energyParams(query)}&lang=${lang}`
export const faultsFile = (lang: Language, key?: StreetKey): string =>
  `api/v1/lighting/faults.csv?${new URLSearchParams({ ...key, state: 'active', lang })}`
export const farmUseFile = (query: FarmUseQuery, lang: Language): string =>
  `api/v1/farms/use.csv?${useParams(query)}&lang=${lang}`
