import type { Greenhouse } from '../../../../core/documents/greenhouse.ts'
import type { Answer } from '../../../../page/ask.ts'
import type { DocumentAnswer } from '../../api-types.ts'
import type { Api } from '../api.ts'

/** The greenhouses' documents as last read: names of recipes, limits of soil, and where each figure is measured. */
export interface Documents {
  /** As last read; undefined before. */
  known(house: string): Greenhouse | undefined
  /** Reads it anew. */
  read(house: string): Promise<Answer<DocumentAnswer>>
}

export function createDocuments(api: Pick<Api, 'document'>, onRead: () => void): Documents {
  const kept = new Map<string, Greenhouse>()
  return {
    known: (house) => kept.get(house),
    async read(house) {
      const answer = await api.document(house)
      if (answer.ok) {
        const { body } = answer.value
        // One that says the same stays the same, so that nothing is drawn anew under a finger.
        if (JSON.stringify(body) === JSON.stringify(kept.get(house))) return answer
        kept.set(house, body)
        onRead()
      }
      return answer
    },
  }
}
