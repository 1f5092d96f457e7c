import { afterEach, beforeEach, expect, test } from 'vitest'
import { fault } from '../../../core/errors.ts'
import { type Disk, disk } from '../node.ts'
import { houseBody, housePanel } from './house-panel.ts'

let home: Disk
beforeEach(() => {
  home = disk()
})
afterEach(() => home.remove())

const HOUSE = '/api/greenhouses/nha-kinh'

test('a tap opens the valve, and the state says who waters and for how long still', async () => {
  const { call, member, site, view, obey } = await housePanel(home)
  const body = { zone: 'k1', amount: { minutes: 5 } }
  const taken = await call('POST', `${HOUSE}/water`, { cookie: member, body })
  expect([taken.status, taken.body]).toEqual([202, { taken: true }])
  expect(site.drivesOf('valve1').map(({ device, value }) => [device, value])).toContainEqual(['valve-k1', 1])
  obey('k1', 1)
  await site.clock.advance(20_000)
  const zone = (await view()).zones[0]
  expect(zone).toMatchObject({ valve: 'open', running: { who: 'Tí', program: null, of: { minutes: 5 } } })
  expect(zone.running.left_s).toBeGreaterThan(200)
})

test('an order that comes again because its answer was lost is watered once', async () => {
  const { call, member, view } = await housePanel(home)
  const body = { zone: 'k1', amount: { minutes: 5 }, order: '0123456789abcdef' }
  for (let tried = 0; tried < 3; tried++)
    expect((await call('POST', `${HOUSE}/water`, { cookie: member, body })).status).toBe(202)
  await call('POST', `${HOUSE}/stop`, { cookie: member, body: { zone: 'k1' } })
  const { zones, journal } = await view()
  expect([zones[0]?.running?.phase ?? null, zones[0]?.waiting]).not.toContain('plain')
  expect(journal.length).toBeLessThanOrEqual(1)
})

test('the red button shuts every valve at once and nothing waters until somebody lets it go on', async () => {
  const { call, member, site, view, obey } = await housePanel(home)
  const body = { zone: 'k1', amount: { minutes: 5 } }
  await call('POST', `${HOUSE}/water`, { cookie: member, body })
  obey('k1', 1)
  await site.clock.advance(5_000)
  const at = site.clock.now()
  expect((await call('POST', `${HOUSE}/stop`, { cookie: member, body: {} })).status).toBe(202)
  expect(site.drivesOf('valve1').filter((drive) => drive.at === at && drive.value === 0)).toHaveLength(1)
  expect((await view()).paused).toMatchObject({ who: 'Tí' })
  const refused = await call('POST', `${HOUSE}/water`, { cookie: member, body })
  expect([refused.status, refused.body.code]).toEqual([422, 'GREENHOUSE_PAUSED'])
  await call('POST', `${HOUSE}/resume`, { cookie: member, body: {} })
  expect((await view()).paused).toBeNull()
})

test('a stop ends a valve that somebody holds open by hand', async () => {
  const { call, member, site } = await housePanel(home)
  const url = '/api/outputs/valve-k2/valve1/hold'
  expect((await call('POST', url, { cookie: member, body: { value: 1, for_s: 600 } })).status).toBe(202)
  await site.clock.advance(2_000)
  const told = () =>
    site
      .drivesOf('valve1')
      .filter(({ device }) => device === 'valve-k2')
      .at(-1)?.value
  expect(told()).toBe(1)
  await call('POST', `${HOUSE}/stop`, { cookie: member, body: {} })
  expect(told()).toBe(0)
  await site.clock.advance(5_000)
  expect((await call('GET', '/api/state', { cookie: member })).body.outputs).toContainEqual(
    expect.objectContaining({ device: 'valve-k2', held: null }),
  )
})

test('a stop opens nothing that somebody holds shut by hand, not for a moment', async () => {
  const { call, member, site, obey } = await housePanel(home)
  const body = { zone: 'k1', amount: { minutes: 5 } }
  await call('POST', `${HOUSE}/water`, { cookie: member, body })
  obey('k1', 1)
  await site.clock.advance(5_000)
  const hold = { cookie: member, body: { value: 0, for_s: 600 } }
  await call('POST', '/api/outputs/valve-k1/valve1/hold', hold)
  const told = site.drivesOf('valve1').length
  await call('POST', `${HOUSE}/stop`, { cookie: member, body: {} })
  await site.clock.advance(5_000)
  const after = site.drivesOf('valve1').slice(told)
  expect(after.filter(({ device, value }) => device === 'valve-k1' && value === 1)).toEqual([])
})

test('a stop outlives a restart', async () => {
  const before = await housePanel(home)
  await before.call('POST', `${HOUSE}/stop`, { cookie: before.member, body: {} })
  before.site.pullPlug()
  const { view } = await housePanel(home)
  expect((await view()).paused).not.toBeNull()
})

test('a zone, a recipe, a program or a greenhouse that is not there is named', async () => {
  const { call, member: cookie } = await housePanel(home)
  const codes = [
    await call('POST', `${HOUSE}/water`, { cookie, body: { zone: 'k9', amount: { minutes: 5 } } }),
    await call('POST', `${HOUSE}/water`, {
      cookie,
      body: { zone: 'k1', amount: { minutes: 5 }, recipe: 'x' },
    }),
    await call('POST', `${HOUSE}/skip`, { cookie, body: { program: 'x' } }),
    await call('POST', `${HOUSE}/stop`, { cookie, body: { zone: 'k9' } }),
    await call('POST', '/api/greenhouses/khac/stop', { cookie, body: {} }),
  ].map(({ body }) => body.code)
  expect(codes).toEqual([
    'GREENHOUSE_ZONE_UNKNOWN',
    'GREENHOUSE_RECIPE_UNKNOWN',
    'GREENHOUSE_PROGRAM_UNKNOWN',
    'GREENHOUSE_ZONE_UNKNOWN',
    'STATION_UNKNOWN',
  ])
})

test('what is wrong is told without the name of the house that everybody stands in', async () => {
  const { call, owner: cookie } = await housePanel(home)
  const refused = await call('POST', `${HOUSE}/water`, {
    cookie,
    body: { zone: 'k9', amount: { minutes: 5 } },
  })
  expect(refused.body.what).toEqual({
    vi: 'Không có khu "k9" (tưới tay).',
    en: 'There is no zone "k9" (watering by hand).',
  })
  const { body } = (await call('GET', `${HOUSE}/document`, { cookie })).body
  const wrong = { ...body, programs: [{ ...body.programs[0], zones: ['k9'] }] }
  const checked = await call('POST', `${HOUSE}/document/check`, { cookie, body: { body: wrong } })
  expect(checked.body.problems[0].what).toEqual({
    vi: `Không có khu "k9" (chương trình "${wrong.programs[0].name}").`,
    en: `There is no zone "k9" (program "${wrong.programs[0].name}").`,
  })
  const name = { vi: 'Đầu hồi', en: 'Gable' }
  const fan = { id: 'quat-1', name, device: 'relays', output: 'relay8', above_C: 22.5, below_C: 28.5 }
  const climate = { ...body.climate, fans: [fan] }
  const answer = await call('POST', `${HOUSE}/document/check`, {
    cookie,
    body: { body: { ...body, climate } },
  })
  expect(answer.body.problems[0].what).toEqual({
    vi: 'Quạt "Đầu hồi": mức dưới 28,5 phải nhỏ hơn mức trên 22,5.',
    en: 'Fan "Gable": the lower limit 28.5 must be below the upper limit 22.5.',
  })
})

test('an output of something else than the greenhouse is out of reach of the panel', async () => {
  const { call, member: cookie } = await housePanel(home)
  const answers = [
    await call('POST', '/api/outputs/dh-siren/relay1/hold', { cookie, body: { value: 1, for_s: 60 } }),
    await call('POST', '/api/outputs/dh-siren/relay1/reset', { cookie, body: {} }),
    await call('DELETE', '/api/outputs/dh-siren/relay1/hold', { cookie }),
  ]
  expect(answers.map(({ status, body }) => [status, body.code])).toEqual(
    answers.map(() => [404, 'OUTPUT_UNKNOWN']),
  )
})

test('an owner edits the programs, and what is wrong is said where it is, with nothing saved', async () => {
  const { call, owner: cookie } = await housePanel(home)
  const { rev, body } = (await call('GET', `${HOUSE}/document`, { cookie })).body
  const wrong = { ...body, programs: [{ ...body.programs[0], zones: ['k9'] }] }
  const refused = await call('PUT', `${HOUSE}/document`, { cookie, body: { rev, body: wrong } })
  expect([refused.status, refused.body.code]).toEqual([422, 'GREENHOUSE_ZONE_UNKNOWN'])
  expect(refused.body.at).toMatch(/^\/programs\/0/)
  const better = { ...body, programs: [{ ...body.programs[0], amount: { minutes: 15 } }] }
  const written = await call('PUT', `${HOUSE}/document`, { cookie, body: { rev, body: better } })
  expect(written.status).toBe(200)
  const after = (await call('GET', `${HOUSE}/document`, { cookie })).body
  expect([after.rev, after.body.programs[0].amount]).toEqual([written.body.rev, { minutes: 15 }])
})

test('a house that its file no longer brings is edited no more', async () => {
  const retirement = () => fault('STATION_RETIRED', { station: 'nha-kinh' })
  const { call, owner: cookie } = await housePanel(home, undefined, undefined, { retirement })
  const { rev, body } = (await call('GET', `${HOUSE}/document`, { cookie })).body
  const edited = { ...body, programs: [{ ...body.programs[0], amount: { minutes: 20 } }] }
  const written = await call('PUT', `${HOUSE}/document`, { cookie, body: { rev, body: edited } })
  expect(written.body.code).toBe('STATION_RETIRED')
  expect((await call('GET', `${HOUSE}/document`, { cookie })).body.rev).toBe(rev)
})

test('of two edits of one edition the second changes nothing', async () => {
  const { call, owner: cookie } = await housePanel(home)
  const { rev, body } = (await call('GET', `${HOUSE}/document`, { cookie })).body
  const edits = [20, 25].map((minutes) => {
    const edited = { ...body, programs: [{ ...body.programs[0], amount: { minutes } }] }
    return call('PUT', `${HOUSE}/document`, { cookie, body: { rev, body: edited } })
  })
  expect((await Promise.all(edits)).map(({ status, body: told }) => told.code ?? status)).toEqual([
    200,
    'DOCUMENT_CHANGED',
  ])
})

test('25:00 and a valve that nothing guards are said in plain words', async () => {
  const { call, owner: cookie } = await housePanel(home)
  const check = async (body: object) =>
    (await call('POST', `${HOUSE}/document/check`, { cookie, body: { body } })).body.problems[0]
  const [program] = houseBody().programs as readonly object[]
  const late = { ...program, start: { by: 'clock', times: ['25:00'] } }
  expect(await check(houseBody({ programs: [late] }))).toMatchObject({ code: 'GREENHOUSE_TIME_IMPOSSIBLE' })
  const zones = houseBody().zones as readonly object[]
  const other = { ...zones[0], valve: { device: 'valve-k1', output: 'valve2' } }
  const unguarded = await check(houseBody({ zones: [other, ...zones.slice(1)] }))
  expect(unguarded).toMatchObject({ code: 'GREENHOUSE_UNGUARDED', at: '/zones/0' })
  expect(unguarded.what.vi).toContain('equipment')
})

test('what is wrong is said with the names that people gave, not with ids', async () => {
  const { call, owner: cookie } = await housePanel(home)
  const program = (id: string, time: string) => ({
    ...{ id, name: 'Tưới đẫm', zones: ['k1'], amount: { minutes: 40 } },
    start: { by: 'clock', times: [time] },
  })
  const body = houseBody({ programs: [program('p1', '06:00'), program('p2', '17:00')] })
  const { body: checked } = await call('POST', `${HOUSE}/document/check`, { cookie, body: { body } })
  expect(checked.problems[0].what).toEqual({
    vi: 'Có ngày các chương trình tưới khu "Khu k1" đến 1600 L, mức ngày của khu là 1000 L.',
    en: 'On some days programs give zone "Zone k1" 1600 L, its daily ceiling is 1000 L.',
  })
})

test('a check shows what the next day would water', async () => {
  const { call, member: cookie } = await housePanel(home)
  const { body } = await call('POST', `${HOUSE}/document/check`, { cookie, body: { body: houseBody() } })
  expect(body.problems).toEqual([])
  expect(body.plan.map(({ zone, minutes }: { zone: string; minutes: number }) => [zone, minutes])).toEqual([
    ['k1', 10],
    ['k2', 10],
  ])
})

test('a check tells of a program whose probe is silent at the moment, and lets it be saved', async () => {
  const { call, owner: cookie } = await housePanel(home)
  const { rev } = (await call('GET', `${HOUSE}/document`, { cookie })).body
  const start = { by: 'moisture', below: 20, until: 30, from: '05:00', to: '09:00' }
  const program = { id: 'kho', name: 'Khi khô', zones: ['k1'], start, amount: { minutes: 10 } }
  const body = houseBody({ programs: [program] })
  const checked = await call('POST', `${HOUSE}/document/check`, { cookie, body: { body } })
  expect(checked.body.problems).toEqual([])
  expect(checked.body.warnings).toMatchObject([{ code: 'GREENHOUSE_SENSOR_SILENT', at: '/programs/0/start' }])
  expect(checked.body.warnings[0].what.vi).toMatch(/^Chương trình "Khi khô" dựa vào cảm biến soil-k1/)
  expect((await call('PUT', `${HOUSE}/document`, { cookie, body: { rev, body } })).status).toBe(200)
})

test('a member may look at the programs and not change them', async () => {
  const { call, member: cookie } = await housePanel(home)
  const { rev, body } = (await call('GET', `${HOUSE}/document`, { cookie })).body
  const refused = await call('PUT', `${HOUSE}/document`, { cookie, body: { rev, body } })
  expect([refused.status, refused.body.code]).toEqual([403, 'OWNER_ONLY'])
})

test('the history of a probe and the water of a day are there for the charts', async () => {
  const { call, member: cookie, site, obey } = await housePanel(home)
  site.hear('soil-k1', { moisture: 22 })
  await call('POST', `${HOUSE}/water`, { cookie, body: { zone: 'k1', amount: { minutes: 2 } } })
  obey('k1', 1)
  await site.clock.advance(180_000)
  obey('k1', 0)
  await site.clock.advance(120_000)
  const to = site.clock.now() + 1
  const span = `from=${to - 3_600_000}&to=${to}`
  const chart = await call('GET', `/api/history?device=soil-k1&channel=moisture&${span}`, { cookie })
  expect(chart.body).toMatchObject({ unit: '%', rows: [[expect.anything(), 22, 22, 22]] })
  const use = await call('GET', `${HOUSE}/use?by=day&${span}`, { cookie })
  expect(use.body.zones[0].zone).toBe('k1')
  expect(use.body.zones[0].litres.at(-1)).toBeGreaterThan(30)
  const unknown = await call('GET', `/api/history?device=soil-k1&channel=nothing&${span}`, { cookie })
  expect([unknown.status, unknown.body.code]).toEqual([404, 'HISTORY_UNKNOWN'])
})
