/** What was opened, to be released last first, however far the start came. */
export interface ReleaseStack {
  push(release: () => unknown): void
  release(): Promise<void>
}

export function releaseStack(): ReleaseStack {
  const releases: (() => unknown)[] = []
  return {
    push: (release) => void releases.push(release),
    async release() {
      for (let next = releases.pop(); next !== undefined; next = releases.pop()) await next()
    },
  }
}
