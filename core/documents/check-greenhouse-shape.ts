import { type Fault, fault } from '../errors.ts'
import type { SchemaProblem } from '../schema.ts'
import type { Text } from '../text.ts'
import { words } from './greenhouse-words.ts'
import { isRecord } from './json-values.ts'

/** What a schema refuses of a greenhouse, said as who wrote it thinks: a zone by its name, a time as a time. */

const NAMES: Readonly<Record<string, Text>> = {
  zones: { vi: 'khu', en: 'zone' },
  programs: { vi: 'chương trình', en: 'program' },
  recipes: { vi: 'công thức', en: 'recipe' },
  channels: { vi: 'bồn phân', en: 'fertiliser channel' },
  fans: { vi: 'quạt', en: 'fan' },
  shade: { vi: 'lưới che', en: 'shade' },
  lamps: { vi: 'đèn', en: 'lamp' },
}
const CLOCK = /^([01][0-9]|2[0-3]):[0-5][0-9]$/
/** Keys under which a time of day stands. */
const TIME_KEYS: ReadonlySet<string> = new Set(['times', 'from', 'to', 'at'])
const TEXT_MAX = 40

/** The fault to show for what the schema found first in a greenhouse. */
export function greenhouseShapeFault(problem: SchemaProblem, body: unknown): Fault {
  const house = isRecord(body) && typeof body.id === 'string' ? body.id.slice(0, TEXT_MAX) : '?'
  const time = impossibleTime(body)
  if (time !== undefined)
    return fault('GREENHOUSE_TIME_IMPOSSIBLE', {
      ...{
        house,
        time: time.text.slice(0, TEXT_MAX),
        at: time.at,
        ...words('where', placeOf(time.at, body)),
      },
    })
  const valve = /^\/zones\/(\d+)\/valve$/.exec(problem.path)
  if (valve?.[1] !== undefined && childOf(body, ['zones', valve[1], 'valve']) === undefined) {
    const zone = nameOf(childOf(body, ['zones', valve[1]]), valve[1])
    return fault('GREENHOUSE_ZONE_WITHOUT_VALVE', { house, zone, at: problem.path })
  }
  return fault('GREENHOUSE_VALUE_WRONG', {
    ...{ house, at: problem.path, ...words('where', placeOf(problem.path, body)) },
    ...{ reason: problem.message, reason_vi: problem.message_vi },
  })
}

interface WrittenTime {
  readonly text: string
  readonly at: string
}

function impossibleTime(body: unknown): WrittenTime | undefined {
  if (!isRecord(body)) return undefined
  const programs = Array.isArray(body.programs) ? body.programs : []
  for (const [index, program] of programs.entries()) {
    const found = timeIn(childOf(program, ['start']), `/programs/${index}/start`)
    if (found !== undefined) return found
  }
  return timeIn(childOf(body, ['climate', 'misting', 'hours']), '/climate/misting/hours')
}

/** The first time of day within `value` that no clock shows; a date is none. */
function timeIn(value: unknown, at: string): WrittenTime | undefined {
  if (!isRecord(value)) return undefined
  for (const [key, inner] of Object.entries(value)) {
    if (!TIME_KEYS.has(key)) continue
    const texts = Array.isArray(inner) ? inner : [inner]
    const wrong = texts.findIndex((text) => typeof text === 'string' && !CLOCK.test(text))
    const text: unknown = texts[wrong]
    if (typeof text === 'string')
      return { text, at: Array.isArray(inner) ? `${at}/${key}/${wrong}` : `${at}/${key}` }
  }
  return undefined
}

/** `/recipes/0/ph/target` as `recipe "npk" ph target`. */
function placeOf(path: string, body: unknown): Text {
  const parts = path.split('/').slice(1)
  const said = parts.map((part, index): Text => {
    const list = parts[index - 1] ?? ''
    if (/^\d+$/.test(part) && Object.hasOwn(NAMES, list)) {
      const name = `"${nameOf(childOf(body, parts.slice(0, index + 1)), part)}"`
      return { vi: name, en: name }
    }
    const known = Object.hasOwn(NAMES, part) ? NAMES[part] : undefined
    return known ?? { vi: part.slice(0, TEXT_MAX), en: part.slice(0, TEXT_MAX) }
  })
  return { vi: said.map(({ vi }) => vi).join(' '), en: said.map(({ en }) => en).join(' ') }
}

function nameOf(item: unknown, otherwise: string): string {
  return isRecord(item) && typeof item.id === 'string' ? item.id.slice(0, TEXT_MAX) : otherwise
}

function childOf(value: unknown, path: readonly string[]): unknown {
  let found = value
  for (const part of path) {
    if (Array.isArray(found)) found = found[Number(part)]
    else if (isRecord(found) && Object.hasOwn(found, part)) found = found[part]
    else return undefined
  }
  return found
}
