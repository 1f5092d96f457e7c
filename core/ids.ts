import { fault } from './errors.ts'
import { err, ok, type Result } from './result.ts'

declare const brand: unique symbol
type Branded<Name extends string> = string & { readonly [brand]: Name }

export type SiteId = Branded<'SiteId'>
export type EdgeId = Branded<'EdgeId'>
export type DeviceId = Branded<'DeviceId'>

/**
 * Lower-case letters, digits and hyphens, 1 to 40 long: safe in topics, URLs, file names and spoken over a radio. The one
 * such name that every JavaScript object has already is none, so that an id may be a key.
 */
export const ID_PATTERN = '^(?!constructor$)[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?$'
const idExpression = new RegExp(ID_PATTERN)

function parse<T extends string>(kind: string, text: string): Result<T> {
  if (!idExpression.test(text)) return err(fault('ID_MALFORMED', { kind, text: text.slice(0, 60) }))
  return ok(text as T)
}

export const siteId = (text: string): Result<SiteId> => parse('site', text)
export const edgeId = (text: string): Result<EdgeId> => parse('edge', text)
export const deviceId = (text: string): Result<DeviceId> => parse('device', text)

/** A channel of a device: letters, digits, `_` and `-`, with `/` between parts. */
export const CHANNEL_PATTERN = '^[A-Za-z0-9_-]+(?:/[A-Za-z0-9_-]+)*$'
