/**
 * The few fields of a certificate that node:crypto does not tell, read from its DER (RFC 5280, 4.1 and 4.2).
 * Anything that is not as it must be reads as undefined, and the certificate is refused.
 */

export interface CertificateFields {
  /** Object identifier of the signature's algorithm, in dots. */
  readonly signature: string
  /** How many CAs may stand below this one; undefined when it does not say. */
  readonly pathLength: number | undefined
  /** Object identifiers of the extensions that whoever does not know them must not ignore, name constraints always. */
  readonly critical: readonly string[]
}

interface Element {
  readonly tag: number
  readonly body: Buffer
}

const SEQUENCE = 0x30
const BOOLEAN = 0x01
const INTEGER = 0x02
const OCTETS = 0x04
const OID = 0x06
/** `[3] EXPLICIT Extensions` within the TBSCertificate. */
const EXTENSIONS = 0xa3

const BASIC_CONSTRAINTS = '2.5.29.19'
/** RFC 5280, 4.2.1.10: must be critical, and is not from every CA. */
const NAME_CONSTRAINTS = '2.5.29.30'

export function certificateFields(der: Uint8Array): CertificateFields | undefined {
  const view = Buffer.from(der.buffer, der.byteOffset, der.byteLength)
  const [tbs, algorithm] = inside(elements(view)?.[0]) ?? []
  const signature = oidText(inside(algorithm)?.[0])
  const tbsParts = inside(tbs)
  if (signature === undefined || tbsParts === undefined) return undefined
  const wrapper = tbsParts.find(({ tag }) => tag === EXTENSIONS)
  const list = wrapper === undefined ? [] : inside(elements(wrapper.body)?.[0])
  if (list === undefined) return undefined
  const critical: string[] = []
  let pathLength: number | undefined
  for (const entry of list) {
    const extension = readExtension(entry)
    if (extension === undefined) return undefined
    if (extension.critical || extension.oid === NAME_CONSTRAINTS) critical.push(extension.oid)
    if (extension.oid !== BASIC_CONSTRAINTS) continue
    const constraints = inside(elements(extension.value)?.[0])
    if (constraints === undefined) return undefined
    const limit = constraints.find(({ tag }) => tag === INTEGER)
    if (limit !== undefined) pathLength = limit.body.length === 1 ? limit.body.readUInt8(0) : 0
  }
  return { signature, pathLength, critical }
}

function readExtension(entry: Element) {
  const parts = inside(entry)
  const oid = oidText(parts?.[0])
  const value = parts?.at(-1)
  if (parts === undefined || oid === undefined || value?.tag !== OCTETS) return undefined
  const flag = parts[1]
  return { oid, critical: flag?.tag === BOOLEAN && flag.body[0] !== 0, value: value.body }
}

function inside(element: Element | undefined): readonly Element[] | undefined {
  return element?.tag === SEQUENCE ? elements(element.body) : undefined
}

/** The elements that stand one after the other in `view`; undefined when it is not made of whole ones. */
function elements(view: Buffer): readonly Element[] | undefined {
  const found: Element[] = []
  let at = 0
  while (at < view.length) {
    const tag = view[at]
    const first = view[at + 1]
    if (tag === undefined || first === undefined) return undefined
    at += 2
    let length = first
    if (first >= 0x80) {
      const bytes = first & 0x7f
      if (bytes < 1 || bytes > 4 || at + bytes > view.length) return undefined
      length = view.readUIntBE(at, bytes)
      at += bytes
    }
    if (at + length > view.length) return undefined
    found.push({ tag, body: view.subarray(at, at + length) })
    at += length
  }
  return found
}

/** X.690, 8.19: the first two numbers share one, each is written in groups of seven bits. */
function oidText(element: Element | undefined): string | undefined {
  if (element?.tag !== OID || element.body.length === 0) return undefined
  const numbers: number[] = []
  let number = 0
  for (const byte of element.body) {
    number = number * 128 + (byte & 0x7f)
    if (number > Number.MAX_SAFE_INTEGER / 128) return undefined
    if (byte < 0x80) {
      numbers.push(number)
      number = 0
    }
  }
  const [head = 0, ...tail] = numbers
  const root = Math.min(2, Math.floor(head / 40))
  return [root, head - 40 * root, ...tail].join('.')
}
