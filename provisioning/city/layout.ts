import { join } from 'node:path'

/** Where a demonstration city keeps its things. */
export function cityLayout(folder: string) {
  return {
    folder,
    control: join(folder, 'city.sock'),
    simControl: join(folder, 'sim.sock'),
    spec: join(folder, 'sim.json'),
    hub: join(folder, 'hub.yaml'),
    hubData: join(folder, 'hub'),
    edge: (id: string) => join(folder, `${id}.yaml`),
    station: (id: string) => join(folder, `station-${id}.yaml`),
    key: (id: string) => join(folder, `${id}.key`),
    log: (name: string) => join(folder, `${name}.log`),
  } as const
}

export type CityLayout = ReturnType<typeof cityLayout>
