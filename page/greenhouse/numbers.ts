/** Written with a comma or a point; undefined for what is no plain number. */
export function readNumber(text: string): number | undefined {
  const plain = text.trim().replace(',', '.').replace('\u2212', '-')
  return /^-?([0-9]+(\.[0-9]+)?|\.[0-9]+)$/.test(plain) ? Number(plain) : undefined
}

/** As a person would write it: no thousands' separators, and no more decimals than there are. */
export function writtenNumber(value: number, comma: boolean): string {
  const text = String(Number(value.toFixed(4)))
  return comma ? text.replace('.', ',') : text
}

/** How many decimals say a number as it is: 0 for 12, 2 for 0.05; never more than 4. */
export function decimalsOf(value: number): number {
  return writtenNumber(value, false).split('.')[1]?.length ?? 0
}
