import type { Text } from '../../../core/text.ts'
import { withSupply } from './cabinet-reports.ts'
import { type Draft, updateFeeder } from './draft.ts'
import { settleLamp } from './energy.ts'
import { isInForce, judge } from './fault-book.ts'
import type { Module } from './layout.ts'
import { untried } from './light.ts'
import { cabinetSubject, moduleSubject } from './subjects.ts'
import { CABINET, supplyLost } from './supply.ts'

/** The cabinet's meter and modules: which of them should have spoken and has not, and what is unknown from then. */

const MINUTE_MS = 60_000

export function followCabinet(draft: Draft): void {
  followMeter(draft)
  for (const module of draft.layout.modules) followModule(draft, module)
}

function followMeter(draft: Draft): void {
  const { meter, silent_min } = draft.street.cabinet
  if (meter === undefined || draft.t - draft.meterT < silent_min * MINUTE_MS) return
  const detail = { vi: `${silent_min} phút`, en: `for ${silent_min} min` }
  if (isInForce(draft, 'meter-silent', CABINET)) return
  withSupply(draft, () =>
    judge(draft, 'meter-silent', cabinetSubject(draft, meter), { bad: true, need: 1, detail }),
  )
}

/** A module without supply cannot speak: it is listened for again from when that is back. */
function followModule(draft: Draft, module: Module): void {
  const { device, silentMs } = module
  const heardT = draft.modulesT[device]
  if (heardT === undefined || supplyLost(draft)) {
    draft.modulesT = { ...draft.modulesT, [device]: draft.t }
    return
  }
  if (draft.t - heardT < silentMs) return
  const subject = moduleSubject(device)
  if (isInForce(draft, 'cabinet-silent', subject.key)) return
  const min = Math.round(silentMs / MINUTE_MS)
  const { vi, en } = readBy(draft, module)
  const detail = {
    vi: `im lặng ${min} phút, không còn biết ${vi}`,
    en: `silent for ${min} min, not known any more: ${en}`,
  }
  withSupply(draft, () => judge(draft, 'cabinet-silent', subject, { bad: true, need: 1, detail }))
  if (isInForce(draft, 'cabinet-silent', subject.key)) forgetContacts(draft, device)
}

/** So many contactors are named; more are counted. */
const NAMED_MAX = 3

function readBy(draft: Draft, { door, rcd, feeders }: Module): Text {
  const names = feeders.flatMap((index) => draft.street.feeders[index]?.name ?? [])
  const contactors =
    names.length > NAMED_MAX
      ? [{ vi: `công-tắc-tơ của ${names.length} lộ`, en: `the contactors of ${names.length} feeders` }]
      : names.map(({ vi, en }) => ({ vi: `công-tắc-tơ ${vi}`, en: `the contactor of ${en}` }))
  const parts = [...(door ? [DOOR] : []), ...(rcd ? [RCD] : []), ...contactors]
  return { vi: parts.map(({ vi }) => vi).join(', '), en: parts.map(({ en }) => en).join(', ') }
}

const DOOR: Text = { vi: 'cửa tủ', en: 'the door' }
const RCD: Text = { vi: 'chống rò', en: 'the residual-current device' }

/**
 * How its contactors stand is not known any more, nor what those that it drives were told: they are taken to stand as
 * they should, so that a feeder that is dark shows by its power and its lamps.
 */
function forgetContacts(draft: Draft, device: string): void {
  for (const [index, { contactor }] of draft.street.feeders.entries()) {
    if (contactor?.device === device) {
      for (const lamp of draft.layout.lampsOf[index] ?? []) settleLamp(draft, lamp)
      updateFeeder(draft, index, { ...untried(draft.t), driven: null })
    } else if (contactor?.feedback?.device === device) updateFeeder(draft, index, { contact: null })
  }
}
