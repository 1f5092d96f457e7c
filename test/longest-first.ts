import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** What takes minutes. */
const LONGEST = ['bench/measurements', 'e2e/lighting-faults', 'e2e/greenhouse-faults', 'e2e/city']

/** Begins the longest files first, so that none of them runs on alone at the end. */
export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(`/test/${name}.test.ts`))
      return found === -1 ? LONGEST.length : found
    }
    return (await super.sort(files)).toSorted((one, other) => place(one) - place(other))
  }
}
