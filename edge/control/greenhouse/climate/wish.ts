import { fill, type Language, type Text } from '../../../../core/text.ts'

/** What is known of the air; null where its sensor is lost or never was. */
export interface Air {
  readonly temperature: number | null
  readonly humidity: number | null
  readonly light: number | null
  readonly wind: number | null
  /** The node has just begun: what is not known yet may be heard any moment. */
  readonly awaited?: boolean
}

/** What a machine of the greenhouse's climate should do now, and why. */
export interface Wish {
  readonly value: number
  readonly why: Text
}

/** Its machine left alone by whoever wrote the document. */
export const SWITCHED_OFF: Text = { vi: 'Đã tắt điều khiển tự động', en: 'Automatic control is switched off' }

/** A sentence with numbers in it, each as its language writes it: `{name}`. */
export function sentence(vi: string, en: string, values: Readonly<Record<string, Text>>): Text {
  const inOne = (language: Language) =>
    Object.fromEntries(Object.entries(values).map(([name, text]) => [name, text[language]]))
  return { vi: fill(vi, inOne('vi')), en: fill(en, inOne('en')) }
}
