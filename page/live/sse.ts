export interface ServerEvent {
  readonly event: string
  readonly data: string
}

/** A longer line is not ours: it is dropped, and the event that it belongs to with it. */
export const LINE_CHARS_MAX = 1_000_000

/**
 * Cuts a text stream into server-sent events (HTML Living Standard §9.2.6). `push` takes any piece of the stream and
 * returns the events that it completes. Comments, ids and retry hints are passed over.
 */
export function createSseParser(): { push(text: string): readonly ServerEvent[] } {
  let rest = ''
  let skipLineFeed = false
  let overlong = false
  let event = ''
  let data: string[] = []
  let spoilt = false

  const field = (line: string) => {
    if (line.startsWith(':')) return
    const colon = line.indexOf(':')
    const name = colon < 0 ? line : line.slice(0, colon)
    const value = colon < 0 ? '' : line.slice(colon + 1).replace(/^ /, '')
    if (name === 'event') event = value
    else if (name === 'data') data.push(value)
  }
  const dispatch = (out: ServerEvent[]) => {
    if (data.length > 0 && !spoilt) out.push({ event: event || 'message', data: data.join('\n') })
    event = ''
    data = []
    spoilt = false
  }
  const endLine = (line: string, out: ServerEvent[]) => {
    if (overlong) {
      overlong = false
      spoilt = true
    } else if (line === '') dispatch(out)
    else field(line)
  }

  return {
    push(text) {
      const out: ServerEvent[] = []
      let piece = text
      if (skipLineFeed && piece !== '') {
        if (piece.startsWith('\n')) piece = piece.slice(1)
        skipLineFeed = false
      }
      let start = 0
      for (let at = 0; at < piece.length; at++) {
        const char = piece.charCodeAt(at)
        if (char !== 10 && char !== 13) continue
        endLine(rest + piece.slice(start, at), out)
        rest = ''
        if (char === 13) {
          if (at + 1 === piece.length) skipLineFeed = true
          else if (piece.charCodeAt(at + 1) === 10) at++
        }
        start = at + 1
      }
      rest += piece.slice(start)
      if (rest.length > LINE_CHARS_MAX) {
        rest = ''
        overlong = true
      }
      return out
    },
  }
}
