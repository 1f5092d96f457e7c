import type { Draft } from './draft.ts'
import type { Subject } from './fault-book.ts'
import { CABINET, feederSubjectKey, lampSubjectKey, moduleSubjectKey } from './supply.ts'

/** What faults are about, as the fault book and people know it. */

/** The cabinet itself; `seenBy` is the device that says so, where the document names it for that alone. */
export function cabinetSubject(draft: Draft, seenBy?: string): Subject {
  const { cabinet } = draft.street
  const device = seenBy ?? cabinet.door?.device ?? cabinet.meter
  return { key: CABINET, text: draft.street.name, ...(device === undefined ? {} : { device }) }
}

export function moduleSubject(device: string): Subject {
  return { key: moduleSubjectKey(device), device, part: device, text: { vi: device, en: device } }
}

export function feederSubject(draft: Draft, index: number): Subject {
  const place = draft.street.feeders[index]
  if (place === undefined) return { key: feederSubjectKey(''), text: { vi: '?', en: '?' } }
  const device = place.contactor?.device ?? place.power?.device
  return {
    key: feederSubjectKey(place.id),
    text: place.name,
    part: place.id,
    ...(device === undefined ? {} : { device }),
  }
}

/** One lamp, where its device is silent. */
export function silentLamp(draft: Draft, index: number): Subject {
  const subject = lampSubject(draft, index)
  return { ...subject, text: { vi: `đèn cột ${subject.text.vi}`, en: `the lamp on pole ${subject.text.en}` } }
}

/** All lamps of a feeder together, for what none of them is to blame for alone. */
export function feederLamps(draft: Draft, index: number): Subject {
  const place = draft.street.feeders[index]
  const { vi, en } = place?.name ?? { vi: '?', en: '?' }
  return {
    key: feederSubjectKey(place?.id ?? ''),
    text: { vi: `mọi đèn của ${vi}`, en: `all lamps of ${en}` },
    ...(place === undefined ? {} : { part: place.id }),
  }
}

export function lampSubject(draft: Draft, index: number): Subject {
  const place = draft.street.lamps[index]
  if (place === undefined) return { key: lampSubjectKey(''), text: { vi: '?', en: '?' } }
  return {
    key: lampSubjectKey(place.id),
    device: place.device,
    part: place.id,
    text: { vi: place.pole, en: place.pole },
  }
}
