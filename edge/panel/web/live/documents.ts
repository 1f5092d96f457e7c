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

export function createDocuments(api: Api, onRead: () => void): Documents {
  const kept = new Map<string, Greenhouse>()
  return {
    known: (house) => kept.get(house),
    async read(house) {
      const answer = await api.document(house)
      if (answer.ok) {
        kept.set(house, answer.value.body)
        onRead()
      }
      return answer
    },
  }
}
