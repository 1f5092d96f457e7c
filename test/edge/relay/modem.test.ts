import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { createModem } from '../../../edge/relay/modem.ts'

/** A modem is set up once, kept joined, and given a fresh line whenever it does not answer. */

const APP_KEY = '00112233445566778899aabbccddeeff'
const SET = {
  ...{ NWM: '1', NJM: '1', BAND: '9', CLASS: 'C', ADR: '0', DR: '3', CFM: '0', APPKEY: APP_KEY },
  ...{ DEVEUI: 'AC1F09FFFE000001', APPEUI: 'AC1F09FFF8000001' },
}

interface SceneOptions {
  readonly settings?: Partial<typeof SET>
  readonly joined?: boolean
}

async function createScene({ settings = {}, joined = true }: SceneOptions = {}) {
  const clock = fakeClock()
  const line = memoryLine(clock)
  await line.far.open()
  const present = new Map<string, string>(Object.entries({ ...SET, ...settings }))
  const asked: string[] = []
  const refused: string[] = []
  const modem = {
    joined,
    answering: true,
    /** What it says to a request to join. */
    joins: '+EVT:JOINED',
    sends: ['OK', '+EVT:TX_DONE'],
  }
  const say = (...said: string[]) => {
    for (const one of said) void line.far.write(Buffer.from(`${one}\r\n`))
  }
  line.far.onBytes((bytes) => {
    const command = Buffer.from(bytes).toString().trim()
    asked.push(command)
    if (!modem.answering) return
    const [, name = '', value = ''] = /^AT\+(\w+)=(.*)$/.exec(command) ?? []
    if (name === 'NJS') return say(`AT+NJS=${modem.joined ? 1 : 0}`, 'OK')
    if (name === 'JOIN') {
      modem.joined = modem.joins === '+EVT:JOINED'
      // A join leaves the rate at which it was made.
      present.set('DR', '2')
      return say('OK', modem.joins)
    }
    if (name === 'SEND') return say(...modem.sends)
    if (value === '?') return say(`AT+${name}=${present.get(name)}`, 'OK')
    present.set(name, value)
    // Its way to change the mode is to start anew.
    if (name !== 'NWM') say('OK')
  })
  const driver = createModem({
    ...{ stream: line.near, clock, region: 'AS923-2', class: 'C', dataRate: 3 },
    ...{ devEui: 'ac1f09fffe000001', joinEui: 'ac1f09fff8000001' },
    appKey: Uint8Array.from(Buffer.from(APP_KEY, 'hex')),
    refused: ({ code }) => refused.push(code),
  })
  driver.start()
  await clock.advance(1_000)
  return { clock, line, modem, driver, asked, refused, set: () => asked.filter((one) => !one.endsWith('?')) }
}

describe('a modem', () => {
  test('that is set up and has joined is asked, and left as it is', async () => {
    const { driver, set } = await createScene()
    expect([driver.state(), set()]).toEqual(['joined', []])
  })

  test('that is set otherwise is set, and joins', async () => {
    const { driver, set } = await createScene({ settings: { BAND: '4', DR: '0' } })
    expect([driver.state(), set()]).toEqual([
      'joined',
      ['AT+BAND=9', 'AT+DR=3', 'AT+JOIN=1:0:10:0', 'AT+DR=3'],
    ])
  })

  test('that was left in point-to-point mode is put into LoRaWAN, restarts, and joins', async () => {
    const { clock, driver, set, modem } = await createScene({ settings: { NWM: '0' } })
    expect(set()).toEqual(['AT+NWM=1'])
    modem.joined = false
    await clock.advance(20_000)
    expect([driver.state(), set()]).toEqual(['joined', ['AT+NWM=1', 'AT+JOIN=1:0:10:0', 'AT+DR=3']])
  })

  test('that has not joined joins, and speaks at its own rate then', async () => {
    const { driver, set } = await createScene({ joined: false })
    expect([driver.state(), set()]).toEqual(['joined', ['AT+JOIN=1:0:10:0', 'AT+DR=3']])
  })

  test('says of each request to join that it is on the air', async () => {
    const { clock, driver } = await createScene()
    let requests = 0
    driver.onJoining(() => requests++)
    driver.rejoin()
    await clock.advance(20_000)
    expect([driver.state(), requests]).toEqual(['joined', 1])
  })

  test('that nobody answers tries again, after longer and longer pauses', async () => {
    const { clock, driver, modem, asked, refused } = await createScene()
    modem.joins = '+EVT:JOIN_FAILED_RX_TIMEOUT'
    driver.rejoin()
    await clock.advance(600_000)
    const tries = asked.filter((one) => one.startsWith('AT+JOIN')).length
    expect([driver.state(), new Set(refused)]).toEqual(['joining', new Set(['MODEM_NOT_JOINED'])])
    expect(tries).toBeGreaterThan(3)
    expect(tries).toBeLessThan(10)
  })

  test('sends bytes as hexadecimal, and says when they have left', async () => {
    const { clock, driver, asked } = await createScene()
    const sent = driver.send(77, Uint8Array.of(0, 255))
    await clock.advance(10)
    expect([await sent, asked.at(-1)]).toEqual([{ ok: true, value: undefined }, 'AT+SEND=77:00ff'])
  })

  test('that is busy says so', async () => {
    const { clock, driver, modem } = await createScene()
    modem.sends = ['AT_BUSY_ERROR']
    const sent = driver.send(77, Uint8Array.of(1))
    await clock.advance(10)
    expect(await sent).toMatchObject({ error: { code: 'MODEM_REFUSED' } })
  })

  test('that lost its session while it worked joins again', async () => {
    const { clock, driver, modem } = await createScene()
    Object.assign(modem, { joined: false, sends: ['AT_NO_NETWORK_JOINED'] })
    void driver.send(77, Uint8Array.of(1))
    await clock.advance(20_000)
    expect([driver.state(), modem.joined]).toEqual(['joined', true])
  })

  test('that falls silent is given a fresh line, and works when it answers again', async () => {
    const { clock, driver, modem, refused } = await createScene()
    modem.answering = false
    void driver.send(77, Uint8Array.of(1))
    await clock.advance(60_000)
    const silent = driver.state()
    modem.answering = true
    await clock.advance(120_000)
    expect([silent, driver.state(), refused.includes('MODEM_SILENT')]).toEqual(['unplugged', 'joined', true])
  })

  test('that is unplugged is opened again when it is back', async () => {
    const { clock, line, driver } = await createScene()
    line.unplug()
    await clock.advance(30_000)
    const gone = driver.state()
    line.plug()
    await line.far.open()
    await clock.advance(60_000)
    expect([gone, driver.state()]).toEqual(['unplugged', 'joined'])
  })

  test('is not spoken to before it has joined', async () => {
    const { driver } = await createScene()
    await driver.stop()
    expect(await driver.send(77, Uint8Array.of(1))).toMatchObject({ error: { code: 'MODEM_NOT_JOINED' } })
  })

  test('that was stopped leaves no timer behind', async () => {
    const { clock, driver } = await createScene()
    await driver.stop()
    await clock.advance(60_000)
    expect(clock.pending()).toBe(0)
  })
})
