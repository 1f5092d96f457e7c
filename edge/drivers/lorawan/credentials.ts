import { readFileSync, statSync } from 'node:fs'
import { fault } from '../../../core/errors.ts'
import { parseDevAddr, parseEui, parseKey, type SessionKeys } from '../../../core/lorawan/keys.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { LorawanDeviceConfig } from './config.ts'

export type Activation =
  | {
      readonly kind: 'otaa'
      readonly devEui: string
      readonly joinEui: string
      readonly appKey: Uint8Array
    }
  | { readonly kind: 'abp'; readonly devAddr: number; readonly keys: SessionKeys }

const OTHERS_MASK = 0o077

/** Reads a device's keys. Errors: LORAWAN_KEY_FILE, LORAWAN_HEX_MALFORMED; neither repeats a key. */
export function readActivation(
  device: LorawanDeviceConfig,
  path: (relative: string) => string = (relative) => relative,
): Result<Activation> {
  const readKey = (name: string, inline: string | undefined, file: string | undefined) =>
    inline !== undefined ? parseKey(name, inline) : readKeyFile(device.id, name, file && path(file))
  if ('otaa' in device.activation) {
    const { otaa } = device.activation
    const devEui = parseEui('devEui', otaa.devEui)
    const joinEui = parseEui('joinEui', otaa.joinEui)
    const appKey = readKey('appKey', otaa.appKey, otaa.appKeyFile)
    if (!devEui.ok) return devEui
    if (!joinEui.ok) return joinEui
    if (!appKey.ok) return appKey
    return ok({ kind: 'otaa', devEui: devEui.value, joinEui: joinEui.value, appKey: appKey.value })
  }
  const { abp } = device.activation
  const devAddr = parseDevAddr('devAddr', abp.devAddr)
  const nwkSKey = readKey('nwkSKey', abp.nwkSKey, abp.nwkSKeyFile)
  const appSKey = readKey('appSKey', abp.appSKey, abp.appSKeyFile)
  if (!devAddr.ok) return devAddr
  if (!nwkSKey.ok) return nwkSKey
  if (!appSKey.ok) return appSKey
  return ok({
    kind: 'abp',
    devAddr: devAddr.value,
    keys: { nwkSKey: nwkSKey.value, appSKey: appSKey.value },
  })
}

function readKeyFile(device: string, name: string, file: string | undefined): Result<Uint8Array> {
  const refuse = (reason: string) => err(fault('LORAWAN_KEY_FILE', { device, file: file ?? name, reason }))
  if (file === undefined) return refuse('neither the key nor a file is given')
  try {
    if ((statSync(file).mode & OTHERS_MASK) !== 0) return refuse('others may read it')
    return parseKey(name, readFileSync(file, 'utf8').trim())
  } catch (cause) {
    return refuse(cause instanceof Error && 'code' in cause ? String(cause.code) : 'cannot be read')
  }
}
