import type { LightingStreet } from '../../../core/documents/lighting-street.ts'
import type { Controller, Now, Step } from '../controller.ts'
import { hearCabinet } from './cabinet-reports.ts'
import { followCabinet } from './cabinet-silence.ts'
import { changeDocument } from './document-change.ts'
import { closeDraft, type Draft, openDraft, updateFeeder, updateLamp } from './draft.ts'
import { followEnergy, followLamps, settleLamp } from './energy.ts'
import type { LightingInput } from './inputs.ts'
import { hearLamp } from './lamp-reports.ts'
import { followLight, isShown, untried } from './light.ts'
import { releaseOrders, takeOrder } from './orders.ts'
import { followPoints } from './points.ts'
import { followSensors, hearSensor } from './sensors.ts'
import { followSilence } from './silence.ts'
import { createLightingState, type LightingState, restoreLightingState } from './state.ts'

/** A street's controller: see docs/lighting.md for its rules. */
export const lightingController: Controller<LightingStreet, LightingInput, LightingState> = {
  kind: 'lighting-street',
  create: createLightingState,
  restore: restoreLightingState,
  documentOf: ({ street }) => street,
  step,
}

/** One input at one moment gives the next state and what there is to tell. Pure: the given state is left alone. */
export function step(state: LightingState, input: LightingInput, now: Now): Step<LightingState> {
  const draft = openDraft(state, now)
  switch (input.type) {
    case 'tick':
      followSensors(draft)
      followEnergy(draft)
      followLight(draft)
      if (isSweep(draft)) {
        followCabinet(draft)
        followSilence(draft)
        followLamps(draft)
      }
      followPoints(draft)
      break
    case 'telemetry':
      if (hear(draft, input)) followLight(draft)
      break
    case 'output':
      noteDriven(draft, input)
      break
    case 'document':
      changeDocument(draft, input.document)
      followLight(draft)
      break
    case 'light':
      takeOrder(draft, input)
      followLight(draft)
      break
    case 'light-release':
      releaseOrders(draft, input)
      followLight(draft)
      break
  }
  return closeDraft(draft)
}

/** What goes by the minute is looked at every few seconds. */
const SWEEP_MS = 10_000

function isSweep({ t, beforeT }: Draft): boolean {
  return Math.floor(t / SWEEP_MS) !== Math.floor(beforeT / SWEEP_MS)
}

/** One device may be lamp, sensor and cabinet in one. True where the street may have to do something at once. */
function hear(draft: Draft, input: Extract<LightingInput, { type: 'telemetry' }>): boolean {
  const { device, telemetry, failed } = input
  // A measurement from the future is one of a clock that was just set: it counts as of now.
  const age = Number.isFinite(input.at) ? Math.max(0, draft.at - input.at) : 0
  const report = { telemetry, failed, age }
  for (const lamp of draft.layout.lampsOfDevice.get(device) ?? []) hearLamp(draft, lamp, report)
  hearCabinet(draft, device, report)
  let moved = false
  for (const sensor of draft.layout.sensors) {
    const value = telemetry[sensor.channel]
    if (sensor.device !== device || value === undefined || !Number.isFinite(value)) continue
    if (failed[sensor.channel] !== undefined) continue
    hearSensor(draft, sensor, value)
    moved = true
  }
  return moved
}

/** What drivers were told, by the street or by somebody whose right is higher. */
function noteDriven(draft: Draft, input: Extract<LightingInput, { type: 'output' }>): void {
  if (input.stage === 'failed') return
  for (const { output, value } of input.requests) {
    for (const index of draft.layout.lampsOfDevice.get(input.device) ?? []) {
      const lamp = draft.lamps[index]
      if (lamp === undefined || draft.street.lamps[index]?.output !== output) continue
      const asked = lamp.driven ?? lamp.level
      if (asked !== null && Math.abs(asked - value) >= 1) {
        settleLamp(draft, index)
        const obeys = lamp.level !== null && Math.abs(lamp.level - value) < 1
        const driven = obeys ? null : value
        updateLamp(draft, index, { driven, changedT: draft.t, shown: null, reads: null })
      }
      if (input.stage === 'confirmed') updateLamp(draft, index, { reads: value })
      if (input.stage === 'confirmed' && lamp.level !== null && isShown(value, lamp.level))
        updateLamp(draft, index, { shown: value })
    }
    for (const [index, { contactor }] of draft.street.feeders.entries()) {
      const feeder = draft.feeders[index]
      if (contactor?.device !== input.device || contactor.output !== output || feeder === undefined) continue
      const closed = value >= 0.5
      if ((feeder.driven ?? feeder.closed) !== closed) {
        for (const lamp of draft.layout.lampsOf[index] ?? []) settleLamp(draft, lamp)
        updateFeeder(draft, index, { driven: closed, ...untried(draft.t) })
      }
      if (input.stage === 'confirmed' && draft.feeders[index]?.actedT === null)
        updateFeeder(draft, index, { actedT: draft.t })
    }
  }
}
