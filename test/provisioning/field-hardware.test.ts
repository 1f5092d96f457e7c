import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { gatewayCommand, sheetCommand } from '../../provisioning/field-hardware.ts'
import { sourceFiles } from '../source-files.ts'

/** What a technician writes into hardware comes from the node's own configuration: here the one of the documents. */

const folder = mkdtempSync(join(tmpdir(), 'tram-hardware-'))
const config = join(folder, 'edge.yaml')
const operations = sourceFiles('docs/operations.md')[0]?.text ?? ''
for (const [, text, name] of operations.matchAll(/^```yaml\n(# (\S+\.yaml)[\s\S]*?)^```/gm)) {
  writeFileSync(join(folder, name ?? ''), text ?? '')
}
afterAll(() => rmSync(folder, { recursive: true, force: true }))

let out = ''
let refused = ''
beforeEach(() => {
  out = ''
  refused = ''
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text)
    return true
  })
  vi.spyOn(process.stderr, 'write').mockImplementation((text) => {
    refused += String(text)
    return true
  })
})
afterEach(() => void vi.restoreAllMocks())

const gateway = (eui: string, board = 'semtech-sx1302') =>
  gatewayCommand(eui, { config, board, antennaGain: 2 })

describe('tram gateway', () => {
  test('points the packet forwarder at the node, on the port that its driver binds', () => {
    expect(gateway('AA555A0000000001')).toBe(0)
    const written = JSON.parse(out)
    expect(written.gateway_conf).toMatchObject({
      gateway_ID: 'AA555A0000000001',
      server_address: '192.168.10.1',
      serv_port_up: 1700,
    })
    expect(written.SX130x_conf.antenna_gain).toBe(2)
  })

  test('refuses a gateway that the node would not listen to', () => {
    expect(gateway('aa555a00000000ff')).toBe(1)
    expect(refused).toContain('GATEWAY_NOT_CONFIGURED')
  })

  test('names the boards where one is not known', () => {
    expect(gateway('aa555a0000000001', 'sx1276')).toBe(1)
    expect(refused).toContain('semtech-sx1302, semtech-sx1301')
  })
})

describe('tram sheet', () => {
  test('gives identity and the interval that the station expects, and a blank for the key', () => {
    expect(sheetCommand('dh-level', config, 'en')).toBe(0)
    expect(out).toMatch(/DevEUI +24E124713B490001/)
    expect(out).toMatch(/Report interval +300 s/)
    expect(out).toMatch(/AppKey +_{32}/)
  })

  test('names the devices where one is not known', () => {
    expect(sheetCommand('dh-levle', config, 'en')).toBe(1)
    expect(refused).toContain('dh-level, dh-rain, dh-siren')
  })
})
