import { findDefinition } from '../../devices/registry.ts'
import type { CommandTargets } from '../api/schema.ts'
import type { Edges } from '../fleet/edges.ts'
import type { Fleet } from '../fleet/fleet.ts'

/** What can be commanded at an edge, as it describes itself. A model that this hub does not know has no outputs here. */
export function commandTargets(edges: Edges, fleet: Fleet, edge: string): CommandTargets | undefined {
  const record = edges.all().find(({ id }) => id === edge)
  if (record === undefined) return undefined
  const outputs = (record.describe?.devices ?? []).flatMap(({ id: device, model }) => {
    const definition = findDefinition(model)
    if (!definition.ok) return []
    return Object.entries(definition.value.outputs).map(([output, { label, min, max, safe }]) => ({
      ...{ device, output, label, min, max, safe },
    }))
  })
  return { stations: fleet.stationsOf(edge).map(({ id, name }) => ({ id, name })), outputs }
}
