import type { DeviceDefinition, Example, MqttMessage } from '../define.ts'
import { decodedFault, difference } from './comparison.ts'

type MqttExample = Extract<Example, { via: 'mqtt' }>

/** Runs one MQTT example: null when it holds, otherwise what differs. */
export function mqttFault(definition: DeviceDefinition, example: MqttExample): string | null {
  const binding = definition.via.mqtt
  if (binding === undefined) return 'no MQTT binding to run it on'
  if ('requests' in example) {
    const encoded = binding.encode?.(example.requests)
    if (encoded === undefined) return 'no encoder to run it on'
    if (!encoded.ok) return `expected messages, got ${encoded.error.code}`
    return difference(example.messages.map(asPublished), encoded.value.map(asText))
  }
  return decodedFault(example, binding.decode(example.topic, new TextEncoder().encode(example.payload)))
}

function asText({ topic, payload }: MqttMessage): string {
  return `${topic} ${new TextDecoder().decode(payload)}`
}

function asPublished({ topic, payload }: { readonly topic: string; readonly payload: string }): string {
  return `${topic} ${payload}`
}
