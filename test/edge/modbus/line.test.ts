import { describe, expect, test } from 'vitest'
import { fakeClock } from '../../../core/fakes/fake-clock.ts'
import { memoryLine } from '../../../core/fakes/memory-byte-stream.ts'
import { createModbusLine } from '../../../edge/modbus/line.ts'
import { WAITING_MAX } from '../../../edge/modbus/question-queue.ts'
import { serveRtu } from '../../../sim/modbus/serve.ts'
import { twoUnits } from './slaves.ts'

const ANSWER_MS = 200
/** Question of a register and its answer at 9600 baud, 15 bytes of eleven bits. */
const TIMEOUT_MS = ANSWER_MS + 18

async function createBench() {
  const clock = fakeClock()
  const line = memoryLine(clock)
  const slaves = await serveRtu(line.far, { units: twoUnits(), clock, turnRoundMs: 5 })
  const refused: string[] = []
  const bus = createModbusLine({
    stream: line.near,
    framing: { kind: 'rtu', baud: 9_600 },
    answerMs: ANSWER_MS,
    clock,
    refused: (problem) => void refused.push(problem.code),
  })
  await bus.start()
  // The silence before the first question.
  await clock.advance(10)
  /** The values, or the code of the fault. */
  const ask = async (unit: number, address: number, urgent = false) => {
    const read = await bus.read({ unit, table: 'holding', address, count: 1, urgent })
    return read.ok ? read.value[0] : read.error.code
  }
  return { clock, line, slaves, refused, bus, ask }
}

test('keeps the line silent for three and a half characters between an answer and the next question', async () => {
  const { clock, line, ask } = await createBench()
  const spoken: number[] = []
  line.far.onBytes(() => spoken.push(clock.monotonic()))
  const both = Promise.all([ask(1, 1), ask(1, 2)])
  await clock.advance(100)
  await both
  // One ms there, five to think, one back.
  expect((spoken[1] ?? 0) - (spoken[0] ?? 0)).toBeCloseTo(7 + (3.5 * 11 * 1_000) / 9_600, 6)
})

test('an urgent question goes before those that wait', async () => {
  const { clock, ask } = await createBench()
  const order: string[] = []
  const waiting = ['first', 'second', 'third'].map((name) => ask(1, 1).then(() => order.push(name)))
  const urgent = ask(2, 1, true).then(() => order.push('urgent'))
  await clock.advance(200)
  await Promise.all([...waiting, urgent])
  expect(order).toEqual(['first', 'urgent', 'second', 'third'])
})

test('an answer that comes too late is not taken for the answer to the next question', async () => {
  const { clock, slaves, ask } = await createBench()
  slaves.trouble(1, { kind: 'slow', ms: TIMEOUT_MS + 20 })
  const late = ask(1, 10)
  const next = ask(1, 20)
  await clock.advance(TIMEOUT_MS + 10)
  expect(await late).toBe('MODBUS_TIMEOUT')
  slaves.trouble(1, undefined)
  await clock.advance(1_000)
  expect(await next).toBe(60)
})

test('while one unit is owed a late answer another is asked', async () => {
  const { clock, slaves, ask } = await createBench()
  slaves.trouble(1, { kind: 'silent' })
  const answered: string[] = []
  const first = ask(1, 10).then(() => answered.push('silent'))
  const again = ask(1, 20).then(() => answered.push('silent again'))
  const other = ask(2, 20).then((value) => answered.push(`other ${value}`))
  await clock.advance(TIMEOUT_MS + 60)
  expect(answered).toEqual(['silent', 'other 60'])
  await clock.advance(1_000)
  await Promise.all([first, again, other])
})

test('answers that are broken are told as such', async () => {
  const { clock, slaves, ask } = await createBench()
  slaves.trouble(1, { kind: 'garbled' })
  const answer = ask(1, 1)
  await clock.advance(TIMEOUT_MS + 10)
  expect(await answer).toBe('MODBUS_CRC')
})

test('noise before an answer is passed over', async () => {
  const { clock, line, ask } = await createBench()
  const answer = ask(1, 11)
  await clock.advance(2)
  // Half a frame that begins as the answer would.
  void line.far.write(Uint8Array.of(0x01, 0x03, 0x02, 0xff, 0x00, 0x01, 0x03))
  await clock.advance(100)
  expect(await answer).toBe(33)
})

describe.each([
  [1, 'MODBUS_ILLEGAL_FUNCTION'],
  [2, 'MODBUS_ILLEGAL_ADDRESS'],
  [3, 'MODBUS_ILLEGAL_VALUE'],
  [4, 'MODBUS_UNIT_FAILED'],
  [5, 'MODBUS_UNIT_BUSY'],
  [6, 'MODBUS_UNIT_BUSY'],
  [8, 'MODBUS_UNIT_FAILED'],
  [10, 'MODBUS_GATEWAY'],
  [11, 'MODBUS_GATEWAY'],
  [77, 'MODBUS_EXCEPTION'],
])('exception %d', (code, expected) => {
  test(`is ${expected}`, async () => {
    const { clock, slaves, ask } = await createBench()
    slaves.trouble(2, { kind: 'exception', code })
    const answer = ask(2, 1)
    await clock.advance(100)
    expect(await answer).toBe(expected)
  })
})

test('a question beyond those that may wait is refused, and the others are answered', async () => {
  const { clock, ask } = await createBench()
  // One is on its way.
  const asked = Array.from({ length: WAITING_MAX + 2 }, () => ask(1, 1))
  await clock.advance(60_000)
  const answers = await Promise.all(asked)
  expect([answers.filter((answer) => answer === 3).length, answers.at(-1)]).toEqual([
    WAITING_MAX + 1,
    'MODBUS_QUEUE_FULL',
  ])
})

test('a line that is pulled out ends every question at once', async () => {
  const { clock, line, slaves, ask } = await createBench()
  slaves.trouble(1, { kind: 'silent' })
  const asked = [ask(1, 1), ask(1, 2), ask(2, 1)]
  await clock.advance(5)
  line.unplug()
  expect(await Promise.all(asked)).toEqual(Array.from({ length: 3 }, () => 'MODBUS_LINE_DOWN'))
})

test('a line that was plugged in again answers', async () => {
  const { clock, line, bus, ask } = await createBench()
  line.unplug()
  await clock.advance(5_000)
  expect(bus.working()).toBe(false)
  line.plug()
  await line.far.open()
  await clock.advance(10_000)
  expect(bus.working()).toBe(true)
  const answer = ask(1, 1)
  await clock.advance(100)
  expect(await answer).toBe(3)
})

test('a port on which nobody answers any more is closed and opened again', async () => {
  const { clock, slaves, refused, ask } = await createBench()
  slaves.trouble(1, { kind: 'silent' })
  slaves.trouble(2, { kind: 'silent' })
  for (let question = 0; question < 12; question++) void ask(1 + (question % 2), 1)
  await clock.advance(12 * (TIMEOUT_MS + ANSWER_MS))
  expect(refused).toEqual(['MODBUS_LINE_SILENT'])
  slaves.trouble(1, undefined)
  await clock.advance(5_000)
  const answer = ask(1, 1)
  await clock.advance(100)
  expect(await answer).toBe(3)
})

test('the line stays open until the last of its users has stopped', async () => {
  const { clock, bus, ask } = await createBench()
  await bus.start()
  await bus.stop()
  const answer = ask(1, 1)
  await clock.advance(100)
  expect(await answer).toBe(3)
  await bus.stop()
  expect(bus.working()).toBe(false)
})

test('throws for a question that no unit could be asked', async () => {
  const { bus } = await createBench()
  await expect(bus.read({ unit: 1, table: 'holding', address: 0, count: 126 })).rejects.toThrow(
    'no Modbus ask',
  )
})
