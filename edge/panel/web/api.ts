import { type Answer, createAsk, textOf } from '../../../page/ask.ts'
import type { OpenStream } from '../../../page/live/feed.ts'
import type {
  AccountChange,
  AccountView,
  ConfirmPin,
  DocumentAnswer,
  DocumentCheck,
  DocumentEdit,
  DocumentRev,
  HistoryAnswer,
  HoldOrder,
  NewAccount,
  PanelConflict,
  PanelState,
  PinChange,
  RunView,
  SessionView,
  Setup,
  SignIn,
  Taken,
  UseAnswer,
  UseBy,
  WaterOrder,
} from '../api-types.ts'
import { words } from './words.ts'

export interface Span {
  readonly from: number
  readonly to: number
}
export interface HistoryQuery extends Span {
  readonly device: string
  readonly channel: string
  readonly points: number
}
export interface OutputKey {
  readonly device: string
  readonly output: string
}

/** The panel's interface as this page uses it. Nothing rejects: a failure is an answer with its reason. */
export interface Api {
  session(): Promise<Answer<SessionView>>
  signIn(order: SignIn): Promise<Answer<SessionView>>
  setUp(order: Setup): Promise<Answer<SessionView>>
  signOut(): Promise<Answer<unknown>>
  /** The PIN once more, for what is sensitive. */
  confirm(pin: ConfirmPin): Promise<Answer<unknown>>
  changePin(change: PinChange): Promise<Answer<unknown>>
  accounts(): Promise<Answer<readonly AccountView[]>>
  addAccount(account: NewAccount): Promise<Answer<AccountView>>
  changeAccount(id: string, change: AccountChange): Promise<Answer<AccountView>>
  removeAccount(id: string): Promise<Answer<unknown>>
  /** Signs out all phones of a person; of one's own all others. */
  endSessions(id: string): Promise<Answer<unknown>>
  state(signal?: AbortSignal): Promise<Answer<PanelState>>
  water(house: string, order: WaterOrder): Promise<Answer<Taken>>
  /** Of one zone; without one, of all, and programs wait. */
  stop(house: string, zone?: string): Promise<Answer<Taken>>
  resume(house: string): Promise<Answer<Taken>>
  /** All runs that the node remembers, newest first; the state has only the newest. */
  journal(house: string): Promise<Answer<readonly RunView[]>>
  skip(house: string, program: string): Promise<Answer<Taken>>
  hold(output: OutputKey, order: HoldOrder): Promise<Answer<Taken>>
  release(output: OutputKey): Promise<Answer<Taken>>
  reset(output: OutputKey): Promise<Answer<Taken>>
  document(house: string): Promise<Answer<DocumentAnswer>>
  putDocument(house: string, edit: DocumentEdit): Promise<Answer<DocumentRev>>
  check(house: string, body: unknown): Promise<Answer<DocumentCheck>>
  history(query: HistoryQuery): Promise<Answer<HistoryAnswer>>
  use(house: string, by: UseBy, span: Span): Promise<Answer<UseAnswer>>
  conflicts(): Promise<Answer<readonly PanelConflict[]>>
  settle(conflict: string, how: 'restore' | 'dismiss'): Promise<Answer<unknown>>
  readonly openStream: OpenStream
}

/** A node may have to hash a PIN, or look through a year, on a small processor. */
const ANSWER_MS = 15_000
/** Whoever stops the water has to know at once whether it went through; another try follows. */
const STOP_MS = 4_000

const part = encodeURIComponent
const houseAt = (house: string, rest: string) => `/greenhouses/${part(house)}/${rest}`
const outputAt = ({ device, output }: OutputKey, rest: string) =>
  `/outputs/${part(device)}/${part(output)}/${rest}`

/** `prove`: whoever holds the phone is asked for their PIN, and then what was refused for want of it is asked once more. */
export function createApi(prove: () => Promise<boolean>, root = 'api'): Api {
  const asked = createAsk(root, words)
  const ask = async <T>(path: string, init?: RequestInit, patience_ms = ANSWER_MS) => {
    const answer = await asked<T>(path, init, patience_ms)
    if (answer.ok || answer.refusal.code !== 'PIN_AGAIN' || !(await prove())) return answer
    return asked<T>(path, init, patience_ms)
  }
  const send = <T>(method: string, path: string, body: unknown = {}, patience_ms = ANSWER_MS) =>
    ask<T>(path, { method, body: JSON.stringify(body) }, patience_ms)
  const post = <T>(path: string, body?: unknown) => send<T>('POST', path, body)
  return {
    session: () => ask('/session'),
    signIn: (order) => post('/session', order),
    setUp: (order) => post('/setup', order),
    signOut: () => ask('/session', { method: 'DELETE' }),
    confirm: (pin) => post('/session/confirm', pin),
    changePin: (change) => send('PUT', '/session/pin', change),
    accounts: () => ask('/accounts'),
    addAccount: (account) => post('/accounts', account),
    changeAccount: (id, change) => send('PUT', `/accounts/${part(id)}`, change),
    removeAccount: (id) => ask(`/accounts/${part(id)}`, { method: 'DELETE' }),
    endSessions: (id) => ask(`/accounts/${part(id)}/sessions`, { method: 'DELETE' }),
    state: (signal) => ask('/state', signal === undefined ? {} : { signal }),
    water: (house, order) => post(houseAt(house, 'water'), order),
    stop: (house, zone) => send('POST', houseAt(house, 'stop'), zone === undefined ? {} : { zone }, STOP_MS),
    resume: (house) => post(houseAt(house, 'resume')),
    journal: (house) => ask(houseAt(house, 'journal')),
    skip: (house, program) => post(houseAt(house, 'skip'), { program }),
    hold: (output, order) => post(outputAt(output, 'hold'), order),
    release: (output) => ask(outputAt(output, 'hold'), { method: 'DELETE' }),
    reset: (output) => post(outputAt(output, 'reset')),
    document: (house) => ask(houseAt(house, 'document')),
    putDocument: (house, edit) => send('PUT', houseAt(house, 'document'), edit),
    check: (house, body) => post(houseAt(house, 'document/check'), { body }),
    history: ({ device, channel, from, to, points }) =>
      ask(
        `/history?${new URLSearchParams({ device, channel, ...whole({ from, to }), points: String(points) })}`,
      ),
    use: (house, by, span) => ask(`${houseAt(house, 'use')}?${new URLSearchParams({ by, ...whole(span) })}`),
    conflicts: () => ask('/conflicts'),
    settle: (conflict, how) => post(`/conflicts/${part(conflict)}/${how}`),
    async openStream(signal) {
      const response = await fetch(`${root}/events`, { signal, headers: { accept: 'text/event-stream' } })
      if (!response.ok || response.body === null) return { ok: false, status: response.status }
      return { ok: true, pieces: textOf(response.body) }
    },
  }
}

const whole = ({ from, to }: Span) => ({ from: String(Math.round(from)), to: String(Math.round(to)) })
