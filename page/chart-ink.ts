import type uPlot from 'uplot'
import type { Language } from '../core/text.ts'

/** What a chart takes from the page: uPlot draws on a canvas, which no style sheet reaches. */
export interface ChartInk {
  /** Size of small text, in CSS pixels: it grows with the wall. */
  readonly font: number
  readonly text: string
  readonly grid: string
}

/** Reads custom properties as they stand at an element. */
export function readColour(element: Element): (name: string) => string {
  const style = getComputedStyle(element)
  return (name) => style.getPropertyValue(name).trim()
}

export function chartInk(element: Element): ChartInk {
  const read = readColour(element)
  return {
    font: Math.round(0.75 * Number.parseFloat(getComputedStyle(document.documentElement).fontSize)),
    text: read('--ink-soft'),
    grid: read('--line'),
  }
}

export function axis(ink: ChartInk): uPlot.Axis {
  return {
    stroke: ink.text,
    font: `${ink.font}px system-ui, sans-serif`,
    grid: { stroke: ink.grid, width: 1 },
    ticks: { stroke: ink.grid, width: 1, size: 5 },
  }
}

/** Hours within a day, and the day where it changes; the order of day and month as the language has it. */
export function timeLabels(language: Language): uPlot.Axis.Values {
  const day = language === 'vi' ? '{D}/{M}' : '{D} {MMM}'
  return [
    [86_400, day, null, null, null, null, null, null, 1],
    [60, '{HH}:{mm}', `\n${day}`, null, null, null, null, null, 1],
    [1, '{HH}:{mm}:{ss}', `\n${day}`, null, null, null, null, null, 1],
  ]
}
