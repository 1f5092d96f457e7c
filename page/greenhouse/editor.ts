import type { Greenhouse } from '../../core/documents/greenhouse.ts'
import type { Complaint } from './fields.ts'
import type { EditorVoice } from './words.ts'

/** What an editor of one part of a greenhouse's document is given, and what it can be asked. */
export interface EditorOptions<T> {
  readonly voice: EditorVoice
  /** What the rest of the greenhouse is: zones, recipes, channels. */
  readonly document: Greenhouse
  readonly value: T
  /** Where it stands in the document, as a JSON pointer: `/programs/3`. */
  readonly at: string
  readonly readOnly: boolean
  /** The local day at the greenhouse, `2026-03-20`. */
  readonly today: string
  readonly change: (value: T) => void
}

export interface Editor {
  readonly element: HTMLElement
  /** Shows what is wrong at the fields that it is about; gives back what is about none of them. */
  tell(complaints: readonly Complaint[]): readonly Complaint[]
  /** A field in which no value stands. */
  firstWrong(): Element | undefined
}
