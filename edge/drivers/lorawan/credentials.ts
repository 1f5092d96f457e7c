import { fault } from '../../../core/errors.ts'
import { parseDevAddr, parseEui, parseKey, type SessionKeys } from '../../../core/lorawan/keys.ts'
import { err, ok, type Result } from '../../../core/result.ts'
import type { LorawanDeviceConfig, MulticastConfig } from './config.ts'

export type Activation =
  | {
      readonly kind: 'otaa'
      readonly devEui: string
      readonly joinEui: string
      readonly appKey: Uint8Array
    }
  | { readonly kind: 'abp'; readonly devAddr: number; readonly keys: SessionKeys }

/** What stands in a file that its owner alone may read. */
export type ReadSecret = (file: string) => Result<string>

/** Reads a device's keys. Errors: LORAWAN_KEY_FILE, LORAWAN_HEX_MALFORMED; neither repeats a key. */
export function readActivation(device: LorawanDeviceConfig, readSecret?: ReadSecret): Result<Activation> {
  if ('otaa' in device.activation) {
    const { otaa } = device.activation
    const devEui = parseEui('devEui', otaa.devEui)
    const joinEui = parseEui('joinEui', otaa.joinEui)
    const appKey = readKey(device.id, 'appKey', otaa.appKey, otaa.appKeyFile, readSecret)
    if (!devEui.ok) return devEui
    if (!joinEui.ok) return joinEui
    if (!appKey.ok) return appKey
    return ok({ kind: 'otaa', devEui: devEui.value, joinEui: joinEui.value, appKey: appKey.value })
  }
  const session = readSessionKeys(device.id, device.activation.abp, readSecret)
  return session.ok ? ok({ kind: 'abp', ...session.value }) : session
}

export interface AddressedKeys {
  readonly devAddr: number
  readonly keys: SessionKeys
}

/** Reads an address with its two keys, of one device or of a group. Errors: LORAWAN_KEY_FILE, LORAWAN_HEX_MALFORMED. */
export function readSessionKeys(
  owner: string,
  config: Pick<MulticastConfig, 'devAddr' | 'nwkSKey' | 'nwkSKeyFile' | 'appSKey' | 'appSKeyFile'>,
  readSecret?: ReadSecret,
): Result<AddressedKeys> {
  const devAddr = parseDevAddr('devAddr', config.devAddr)
  const nwkSKey = readKey(owner, 'nwkSKey', config.nwkSKey, config.nwkSKeyFile, readSecret)
  const appSKey = readKey(owner, 'appSKey', config.appSKey, config.appSKeyFile, readSecret)
  if (!devAddr.ok) return devAddr
  if (!nwkSKey.ok) return nwkSKey
  if (!appSKey.ok) return appSKey
  return ok({ devAddr: devAddr.value, keys: { nwkSKey: nwkSKey.value, appSKey: appSKey.value } })
}

function readKey(
  owner: string,
  name: string,
  inline: string | undefined,
  file: string | undefined,
  readSecret: ReadSecret | undefined,
): Result<Uint8Array> {
  if (inline !== undefined) return parseKey(name, inline)
  const refuse = (reason: string) =>
    err(fault('LORAWAN_KEY_FILE', { device: owner, file: file ?? name, reason }))
  if (file === undefined || readSecret === undefined) return refuse('neither the key nor a file is given')
  const read = readSecret(file)
  return read.ok ? parseKey(name, read.value) : refuse(String(read.error.details.reason))
}
