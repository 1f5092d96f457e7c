import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { streamEvent } from '../../hub/web/live/stream-event.ts'
import { createSseParser, LINE_CHARS_MAX } from '../../page/live/sse.ts'

const parse = (...pieces: string[]) => {
  const parser = createSseParser()
  return pieces.flatMap((piece) => parser.push(piece))
}

describe('server-sent events are cut out of the stream', () => {
  test('an event has a name and data', () => {
    expect(parse('event: station\ndata: {"a":1}\n\n')).toEqual([{ event: 'station', data: '{"a":1}' }])
  })
  test('several data lines are joined', () => {
    expect(parse('data: a\ndata: b\n\n')).toEqual([{ event: 'message', data: 'a\nb' }])
  })
  test('comments and unknown fields are passed over', () => {
    expect(parse(': beat\n\nid: 7\nretry: 10\ndata:x\n\n')).toEqual([{ event: 'message', data: 'x' }])
  })
  test('CR, LF and CRLF end a line, even when cut between CR and LF', () => {
    expect(parse('data: a\r', '\ndata: b\r\r', '\ndata: c\n\n')).toEqual([
      { event: 'message', data: 'a\nb' },
      { event: 'message', data: 'c' },
    ])
  })
  test('an event cut off by the end of the stream is not told', () => {
    expect(parse('data: half\n')).toEqual([])
  })
  test('an overlong line is dropped with its event, and the next event is heard', () => {
    const long = 'x'.repeat(LINE_CHARS_MAX / 2 + 1)
    expect(parse('data: ', long, long, '\ndata: y\n\ndata: z\n\n')).toEqual([{ event: 'message', data: 'z' }])
  })
  test('how the stream is cut into pieces changes nothing', () => {
    const line = fc.constantFrom('data: a', 'data:b', 'event: alert', ': c', '', '', 'data', 'x: y')
    const text = fc.array(fc.tuple(line, fc.constantFrom('\n', '\r\n')), { maxLength: 12 })
    fc.assert(
      fc.property(text, fc.array(fc.nat(60), { maxLength: 6 }), (lines, cuts) => {
        const whole = lines.flat().join('')
        const places = [
          0,
          ...cuts.filter((cut) => cut < whole.length).toSorted((a, b) => a - b),
          whole.length,
        ]
        const pieces = places.slice(1).map((end, index) => whole.slice(places[index], end))
        expect(parse(...pieces)).toEqual(parse(whole))
      }),
    )
  })
  test('100,000 hostile pieces throw nothing', () => {
    const parser = createSseParser()
    const piece = fc.oneof(
      fc.constantFrom('\n', '\r', '\n\n', 'data:', 'event:alert\n', 'data:{', 'data:null\n\n', ':'),
      fc.string({ maxLength: 8 }),
    )
    fc.assert(
      fc.property(piece, (text) => {
        for (const raw of parser.push(text)) streamEvent(raw)
      }),
      { numRuns: 100_000 },
    )
  })
})

describe('what the stream says is understood', () => {
  test('an unknown kind is passed over', () => {
    expect(streamEvent({ event: 'weather', data: '{}' })).toBeUndefined()
  })
  test('broken JSON is passed over', () => {
    expect(streamEvent({ event: 'station', data: '{"id":' })).toBeUndefined()
  })
  test('a bare value is passed over', () => {
    expect(streamEvent({ event: 'station', data: 'null' })).toBeUndefined()
  })
})
