import { describe, expect, test } from 'vitest'
import { ALERTS_MAX, emptyModel, newlyAlarming, withEvent, withOverview } from '../../hub/web/live/model.ts'
import { alert, NOON, overview, station } from './city.ts'

const known = withOverview(emptyModel, overview())

describe('the model follows the stream', () => {
  test('a station event replaces that station and no other', () => {
    const next = withEvent(known, { event: 'station', data: station({ stage_m: 3.1, level: 2 }) })
    expect(next.stations.map(({ id, level }) => [id, level])).toEqual([
      ['dong-ha', 2],
      ['suoi-khe-may', 0],
      ['ho-trung-chi', 0],
    ])
  })
  test('the same station id at another node is another station', () => {
    expect(withEvent(known, { event: 'station', data: station({ edge: 'other' }) }).stations).toHaveLength(4)
  })
  test('a station as it was before the overview changes nothing', () => {
    const old = station({ stage_m: 9, lastSeen: NOON - 60_000 })
    expect(withEvent(known, { event: 'station', data: old }).stations).toEqual(known.stations)
  })
  test('alerts stand newest first, whatever the order they came in', () => {
    const first = withEvent(known, { event: 'alert', data: alert({ id: '2', raisedAt: 2 }) })
    const next = withEvent(first, { event: 'alert', data: alert({ id: '1', raisedAt: 1 }) })
    expect(next.alerts.map(({ id }) => id)).toEqual(['2', '1'])
  })
  test('the oldest cleared alerts give way, never an active one', () => {
    let model = withEvent(known, { event: 'alert', data: alert({ id: 'old', raisedAt: 1 }) })
    for (let n = 0; n < ALERTS_MAX + 20; n++) {
      model = withEvent(model, {
        event: 'alert',
        data: alert({ id: `c${n}`, state: 'cleared', raisedAt: 10 + n }),
      })
    }
    expect([model.alerts.length, model.alerts.some(({ id }) => id === 'old')]).toEqual([ALERTS_MAX, true])
  })
})

describe('an alarm is announced', () => {
  const risen = withEvent(known, { event: 'alert', data: alert({ level: 1 }) })
  test('when it is new', () => {
    expect(newlyAlarming(known, risen)).toHaveLength(1)
  })
  test('when it rises to a higher level', () => {
    const higher = withEvent(risen, { event: 'alert', data: alert({ level: 3 }) })
    expect(newlyAlarming(risen, higher)).toHaveLength(1)
  })
  test('not again when it is told again', () => {
    expect(newlyAlarming(risen, withEvent(risen, { event: 'alert', data: alert({ level: 1 }) }))).toEqual([])
  })
  test('not when it was acknowledged', () => {
    const seen = withEvent(risen, { event: 'alert', data: alert({ level: 3, acknowledgedAt: NOON }) })
    expect(newlyAlarming(risen, seen)).toEqual([])
  })
  test('not when the page has just been opened on it', () => {
    expect(newlyAlarming(emptyModel, withOverview(emptyModel, overview({ alerts: [alert()] })))).toEqual([])
  })
})
