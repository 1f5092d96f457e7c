import { sequence, skipped, value } from '../codecs/fields.ts'
import { milesight } from '../codecs/milesight.ts'
import { i16le, u8, u16le, u32le } from '../codecs/number-formats.ts'
import { defineDevice } from '../define.ts'
import { counter, rainTotal } from '../pieces/counters.ts'
import { battery, humidity, pressure, temperature, windDirection, windSpeed } from '../pieces/measures.ts'

const model = 'milesight-wts506'

const telemetry = {
  rain: rainTotal(42_949_672.95),
  rain_counter: counter({ vi: 'Số đếm của vũ lượng kế', en: 'Counter of the rain gauge' }, 255),
  temperature: temperature(),
  humidity: humidity(),
  pressure: pressure(),
  wind_speed: windSpeed(),
  wind_direction: windDirection(),
  battery: battery(),
}

const tenths = { per: 10 }
const tenthsWithAlarm = { per: 10, trailing: 1 }
const rain16 = sequence(value('rain', u16le, { per: 100 }), value('rain_counter', u8))
const rain32 = sequence(value('rain', u32le, { per: 100 }), value('rain_counter', u8))

export default defineDevice({
  model,
  kind: 'weather',
  label: { vi: 'Trạm thời tiết WTS506', en: 'Weather station WTS506' },
  telemetry,
  outputs: {},
  via: {
    lorawan: milesight({
      model,
      telemetry,
      class: 'A',
      fields: {
        '0175': value('battery', u8),
        '0367': value('temperature', i16le, tenths),
        '0468': value('humidity', u8, { per: 2 }),
        '0584': value('wind_direction', i16le, tenths),
        '0673': value('pressure', u16le, tenths),
        '0792': value('wind_speed', u16le, tenths),
        '0877': rain16,
        '08EC': rain32,
        // With the station's own threshold alarm behind the value. The node decides itself what is an alarm.
        '8367': value('temperature', i16le, tenthsWithAlarm),
        '8673': value('pressure', u16le, tenthsWithAlarm),
        '8792': value('wind_speed', u16le, tenthsWithAlarm),
        '88EC': sequence(rain32, skipped(1)),
        '20CE': skipped(15), // stored history: it is not the present
        '21CE': skipped(17),
      },
    }),
  },
  examples: [
    { via: 'lorawan', bytes: '0584BA0406734F270792010008EC7B000000', error: 'PAYLOAD_TRUNCATED' },
    {
      via: 'lorawan',
      bytes: '0584BA0406734F270792010008EC7B00000001',
      telemetry: { wind_direction: 121, pressure: 1006.3, wind_speed: 0.1, rain: 1.23, rain_counter: 1 },
    },
    {
      via: 'lorawan',
      bytes: '0584BA0406734F270792010008777B0001',
      telemetry: { wind_direction: 121, pressure: 1006.3, wind_speed: 0.1, rain: 1.23, rain_counter: 1 },
    },
    {
      via: 'lorawan',
      bytes: '01756403671001046871058400010673AA27079292010877C41325',
      telemetry: {
        battery: 100,
        temperature: 27.2,
        humidity: 56.5,
        wind_direction: 25.6,
        pressure: 1015.4,
        wind_speed: 40.2,
        rain: 50.6,
        rain_counter: 37,
      },
    },
    { via: 'lorawan', bytes: '0367FF00046879', telemetry: { temperature: 25.5, humidity: 60.5 } },
    { via: 'lorawan', bytes: '8367FF0001', telemetry: { temperature: 25.5 } },
    { via: 'lorawan', bytes: '86734F2701', telemetry: { pressure: 1006.3 } },
    { via: 'lorawan', bytes: '8792320001', telemetry: { wind_speed: 5 } },
    { via: 'lorawan', bytes: '88EC8D1300000201', telemetry: { rain: 50.05, rain_counter: 2 } },
    { via: 'lorawan', bytes: '20CEE59BE164FF00794F27BA0432008D13', telemetry: {} },
    { via: 'lorawan', bytes: '21CEE59BE164FF00794F27BA043200EA840100', telemetry: {} },
    // The fourth frame above with one byte lost on the way: the tags no longer fall into place.
    {
      via: 'lorawan',
      bytes: '01756403671001046871058400010673AA270792010877C41325',
      error: 'PAYLOAD_UNKNOWN_FIELD',
    },
    { via: 'lorawan', bytes: '0584110E', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '0468C9', error: 'PAYLOAD_OUT_OF_RANGE' },
    { via: 'lorawan', bytes: '046879', fPort: 2, error: 'PAYLOAD_WRONG_PORT' },
  ],
  source: 'github.com/Milesight-IoT/SensorDecoders, wts-series/wts506 (fields and examples)',
})
