import { fault } from '../core/errors.ts'
import { err, ok, type Result } from '../core/result.ts'
import type { DeviceDefinition } from './define.ts'
import cayenneLpp from './flood/cayenne-lpp.ts'
import draginoLdds75 from './flood/dragino-ldds75.ts'
import draginoLt22222 from './flood/dragino-lt-22222-l.ts'
import geoluxLx80 from './flood/geolux-lx-80.ts'
import milesightEm300Di from './flood/milesight-em300-di.ts'
import milesightEm400Udl from './flood/milesight-em400-udl.ts'
import milesightEm410Rdl from './flood/milesight-em410-rdl.ts'
import milesightEm500Swl from './flood/milesight-em500-swl.ts'
import milesightEm500Udl from './flood/milesight-em500-udl.ts'
import milesightUc300 from './flood/milesight-uc300.ts'
import milesightWs558 from './flood/milesight-ws558.ts'
import milesightWts506 from './flood/milesight-wts506.ts'
import apogeeSq422x from './greenhouse/apogee-sq-422x.ts'
import arduinoUnoRelays from './greenhouse/arduino-uno-relays.ts'
import dinelUlm53l from './greenhouse/dinel-ulm-53l.ts'
import draginoLse01 from './greenhouse/dragino-lse01.ts'
import ebmpapstEcFan from './greenhouse/ebmpapst-ec-fan.ts'
import invertekOptidriveE3 from './greenhouse/invertek-optidrive-e3.ts'
import milesightEm500Smtc from './greenhouse/milesight-em500-smtc.ts'
import milesightUc511 from './greenhouse/milesight-uc511.ts'
import myduinoSoil7in1 from './greenhouse/myduino-soil-7in1.ts'
import prominentGammaX from './greenhouse/prominent-gamma-x.ts'
import sensecapCo2 from './greenhouse/sensecap-co2.ts'
import tramGreenhouseMega from './greenhouse/tram-greenhouse-mega.ts'
import waveshareRelay from './greenhouse/waveshare-relay.ts'
import daliD4iLuminaire from './streetlight/dali-d4i-luminaire.ts'
import daliLuminaire from './streetlight/dali-luminaire.ts'
import daliLuminaireLinear from './streetlight/dali-luminaire-linear.ts'
import eastronSdm630 from './streetlight/eastron-sdm630.ts'
import icpdasPir130 from './streetlight/icpdas-pir-130.ts'
import milesightWs202 from './streetlight/milesight-ws202.ts'
import nasUl20xx from './streetlight/nas-ul20xx.ts'
import sensecapOrchS4 from './streetlight/sensecap-orch-s4.ts'
import sensecapS700 from './streetlight/sensecap-s700.ts'
import tasmotaBh1750 from './streetlight/tasmota-bh1750.ts'
import tasmotaLd2410 from './streetlight/tasmota-ld2410.ts'
import tasmotaPir from './streetlight/tasmota-pir.ts'
import tasmotaPlug from './streetlight/tasmota-plug.ts'
import waveshareAnalog8chB from './streetlight/waveshare-analog-8ch-b.ts'
import waveshareRelayD from './streetlight/waveshare-relay-d.ts'

/** Every device that the product brings along. Explicit, so that a bundle and a reader find them all. */
const definitions: readonly DeviceDefinition[] = [
  cayenneLpp,
  draginoLdds75,
  draginoLt22222,
  geoluxLx80,
  milesightEm300Di,
  milesightEm400Udl,
  milesightEm410Rdl,
  milesightEm500Swl,
  milesightEm500Udl,
  milesightUc300,
  milesightWs558,
  milesightWts506,
  daliD4iLuminaire,
  daliLuminaire,
  daliLuminaireLinear,
  milesightWs202,
  nasUl20xx,
  tasmotaBh1750,
  tasmotaLd2410,
  tasmotaPir,
  tasmotaPlug,
  eastronSdm630,
  icpdasPir130,
  sensecapOrchS4,
  sensecapS700,
  waveshareAnalog8chB,
  waveshareRelayD,
  apogeeSq422x,
  arduinoUnoRelays,
  dinelUlm53l,
  draginoLse01,
  ebmpapstEcFan,
  invertekOptidriveE3,
  milesightEm500Smtc,
  milesightUc511,
  myduinoSoil7in1,
  prominentGammaX,
  sensecapCo2,
  tramGreenhouseMega,
  waveshareRelay,
]

/** Definitions by model. */
export const deviceDefinitions: ReadonlyMap<string, DeviceDefinition> = new Map(
  definitions.map((definition) => [definition.model, definition]),
)

/** DEVICE_UNKNOWN_MODEL for a model that nobody has described. */
export function findDefinition(model: string): Result<DeviceDefinition> {
  const definition = deviceDefinitions.get(model)
  return definition === undefined
    ? err(fault('DEVICE_UNKNOWN_MODEL', { model: model.slice(0, 60) }))
    : ok(definition)
}
