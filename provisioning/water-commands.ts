import { callNode, report } from './node-commands.ts'

/** `tram water`, `tram water-stop` and `tram water-resume`: water from the node's own terminal. */

export interface WaterOptions {
  readonly config: string
  readonly minutes?: number
  readonly litres?: number
  readonly recipe?: string
  readonly who: string
}

const USUAL_MINUTES = 5

export async function waterCommand(
  station: string,
  zone: string,
  { config, minutes, litres, recipe, who }: WaterOptions,
): Promise<number> {
  const amount = litres === undefined ? { minutes: minutes ?? USUAL_MINUTES } : { litres }
  const asked = { station, zone, amount, who, ...(recipe === undefined ? {} : { recipe }) }
  return report(await callNode(config, 'water', asked))
}

export async function waterStopCommand(
  config: string,
  station: string,
  zone: string | undefined,
  who: string,
): Promise<number> {
  return report(
    await callNode(config, 'water-stop', { station, who, ...(zone === undefined ? {} : { zone }) }),
  )
}

export async function waterResumeCommand(config: string, station: string, who: string): Promise<number> {
  return report(await callNode(config, 'water-resume', { station, who }))
}
