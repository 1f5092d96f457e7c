import { existsSync } from 'node:fs'
import { type Browser, type BrowserContext, chromium } from 'playwright-core'
import { amount, type Bench, type Figure } from '../measurement.ts'
import { pause } from '../rounds.ts'
import { percentile } from '../statistics.ts'
import { panelNode } from './panel-node.ts'
import type { Phone } from './phone.ts'
import { openPhoneLine, type PhoneLine } from './phone-line.ts'

export const CHROMIUM = '/usr/bin/chromium'
const LOADS = 10
const SLOWER_CPU = 4
const LINE = { bitsPerSecond: 3_000_000, roundTrip_ms: 60 }
const SHOWN_WITHIN_MS = 60_000
const QUIET_MS = 500
const PHONE_SCREEN = { width: 360, height: 800 }
const FIRST_LOAD_KB = 150

/** What one phone saw that had never been here, and then when it came back. */
interface Load {
  readonly card_ms: number
  readonly card_kB: number
  /** With all that the service worker keeps. */
  readonly kept_kB: number
  readonly script_kB: number
  readonly scriptPlain_kB: number
  readonly again_ms: number
  readonly again_kB: number
}

/** Undefined where there is no browser. */
export async function measureLoads(bench: Bench): Promise<readonly Figure[] | undefined> {
  if (!existsSync(CHROMIUM)) return undefined
  const { port, phones } = await panelNode(bench.workplace, 1)
  const [person] = await phones(1)
  if (person === undefined) throw new Error('nobody signed in')
  const line = await openPhoneLine(port, LINE)
  bench.workplace.atEnd(() => line.close())
  const browser = await chromium.launch({
    executablePath: CHROMIUM,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--disable-background-networking'],
    handleSIGINT: false,
  })
  bench.workplace.atEnd(() => browser.close())
  const loads: Load[] = []
  const wanted = amount(bench.effort, LOADS, 2)
  // What the browser itself does at its start is none of the page's.
  await newcomer(browser, line, person)
  while (loads.length < wanted) loads.push(await newcomer(browser, line, person))
  bench.say(`${loads.length} first loads`)
  await browser.close()
  return figuresOf(loads)
}

function figuresOf(loads: readonly Load[]): readonly Figure[] {
  const of = (name: keyof Load) => loads.map((load) => load[name])
  const kB = (what: string, name: keyof Load): Figure => ({ what, unit: 'kB', ours: of(name) })
  const ms = (what: string, name: keyof Load, percent: number): Figure => ({
    ...{ what: `${what}, p${percent}`, unit: 'ms', ours: [percentile(of(name), percent)] },
  })
  const most = { of: 'ours', bound: 'at most', limit: FIRST_LOAD_KB } as const
  return [
    { ...kB('first load, over the air until the first zone', 'card_kB'), target: most },
    { ...kB('first load, with all that is kept for later', 'kept_kB'), target: most },
    {
      ...kB('JavaScript until the first zone', 'script_kB'),
      peer: { name: 'not packed', values: of('scriptPlain_kB') },
    },
    ms('first load, until the first zone', 'card_ms', 50),
    ms('first load, until the first zone', 'card_ms', 99),
    kB('second load, over the air', 'again_kB'),
    ms('second load, until the first zone', 'again_ms', 50),
    ms('second load, until the first zone', 'again_ms', 99),
  ]
}

/** Somebody with nothing in store opens the page, and opens it again. */
async function newcomer(browser: Browser, line: PhoneLine, person: Phone): Promise<Load> {
  const url = `http://127.0.0.1:${line.port}/`
  const context = await browser.newContext({ viewport: PHONE_SCREEN })
  try {
    await context.addCookies([{ ...person.cookie(), url, httpOnly: true, sameSite: 'Strict' }])
    await context.addInitScript(FIRST_ZONE)
    const before = line.arrived()
    const first = await slowTab(context)
    const script = { packed: 0, plain: 0 }
    first.page.on('response', (answer) => {
      if (answer.request().resourceType() !== 'script') return
      void Promise.all([answer.request().sizes(), answer.body()]).then(
        ([{ responseBodySize }, body]) => {
          script.packed += responseBodySize / 1_000
          script.plain += body.length / 1_000
        },
        () => {},
      )
    })
    const card_ms = await firstZone(first, url)
    const card_kB = (line.arrived() - before) / 1_000
    const [script_kB, scriptPlain_kB] = [script.packed, script.plain]
    await first.ask('navigator.serviceWorker.ready.then(() => true)')
    await pause(QUIET_MS)
    const kept_kB = (line.arrived() - before) / 1_000
    await first.page.close()
    const returned = line.arrived()
    const second = await slowTab(context)
    const again_ms = await firstZone(second, url)
    const again_kB = (line.arrived() - returned) / 1_000
    return { card_ms, card_kB, kept_kB, script_kB, scriptPlain_kB, again_ms, again_kB }
  } finally {
    await context.close()
  }
}

/** A tab, and what is worked out within it: past the page's own policy, which lets no text be run as a program. */
async function slowTab(context: BrowserContext) {
  const page = await context.newPage()
  const devTools = await context.newCDPSession(page)
  await devTools.send('Emulation.setCPUThrottlingRate', { rate: SLOWER_CPU })
  const ask = async (expression: string): Promise<unknown> => {
    const asked = devTools.send('Runtime.evaluate', { expression, awaitPromise: true, returnByValue: true })
    const { result, exceptionDetails } = await within(expression, asked)
    if (exceptionDetails !== undefined) throw new Error(`${expression}: ${exceptionDetails.text}`)
    return result.value
  }
  return { page, ask }
}

/** Milliseconds from the navigation's start until a zone is on the screen. */
async function firstZone({ page, ask }: Awaited<ReturnType<typeof slowTab>>, url: string): Promise<number> {
  await page.goto(url, { waitUntil: 'commit' })
  return Number(await ask('globalThis.firstZone'))
}

async function within<T>(what: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${what}: not within ${SHOWN_WITHIN_MS} ms`)), SHOWN_WITHIN_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}

/** Runs in the page before anything else: the second frame after the card is there has been painted with it. */
const FIRST_ZONE = `globalThis.firstZone = new Promise((shown) => {
  const look = () => {
    if (document.querySelector('.zone-card') === null) return
    observer.disconnect()
    requestAnimationFrame(() => requestAnimationFrame(() => shown(performance.now())))
  }
  const observer = new MutationObserver(look)
  observer.observe(document, { childList: true, subtree: true })
})`
