/** A sentence or label in the two languages of the product; Vietnamese is shown first. */
export interface Text {
  readonly vi: string
  readonly en: string
}

export type Language = keyof Text

/** A number with `decimals` places as each language writes it: `3,70` and `3.70`. */
export function decimal(value: number, decimals: number): Text {
  const en = value.toFixed(decimals)
  return { vi: en.replace('.', ','), en }
}

/** Replaces `{name}` by its value; an unknown name stays as it is, so that a slip shows instead of hiding. */
export function fill(template: string, values: Readonly<Record<string, string | number>>): string {
  return template.replace(/\{(\w+)\}/g, (whole, name: string) => {
    const value = values[name]
    return value === undefined ? whole : String(value)
  })
}
