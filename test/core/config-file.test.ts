import fc from 'fast-check'
import Type from 'typebox'
import { describe, expect, test } from 'vitest'
import { parseConfig } from '../../core/config-file.ts'
import { explain } from '../../core/errors.ts'

const schema = Type.Object(
  {
    site: Type.String(),
    port: Type.Integer({ minimum: 1, maximum: 65535, default: 1700 }),
    region: Type.Union([Type.Literal('as923-1'), Type.Literal('as923-2')]),
    devices: Type.Array(
      Type.Object({ id: Type.String(), model: Type.String() }, { additionalProperties: false }),
      {
        default: [],
      },
    ),
  },
  { additionalProperties: false },
)

function problem(text: string, language: 'vi' | 'en' = 'en'): string {
  const parsed = parseConfig(schema, text, 'edge.yaml')
  return parsed.ok ? 'accepted' : explain(parsed.error, language)
}

describe('a configuration file', () => {
  test('gets its defaults filled in', () => {
    const parsed = parseConfig(schema, 'site: dong-ha\nregion: as923-2\n', 'edge.yaml')
    expect(parsed).toEqual({
      ok: true,
      value: { site: 'dong-ha', region: 'as923-2', port: 1700, devices: [] },
    })
  })

  test('with a misspelt key names the key, its line and the one that was meant', () => {
    const text = problem('site: dong-ha\nregion: as923-2\nprot: 1701\n')
    expect(text).toContain('edge.yaml line 3: key "prot"')
    expect(text).toContain('Did you mean "port"?')
  })

  test('with an unknown value names the allowed ones', () => {
    expect(problem('site: dong-ha\nregion: eu868\n')).toContain(
      'line 2: key "region" has an unknown value. Allowed here: as923-1, as923-2.',
    )
  })

  test('with a mistake deep in a list points at its line', () => {
    const text = problem(
      'site: a\nregion: as923-2\ndevices:\n  - id: one\n    model: x\n  - id: two\n    modle: y\n',
    )
    expect(text).toContain('line 7: key "devices.1.modle"')
  })

  test('with a missing key says so at the place where it belongs', () => {
    expect(problem('region: as923-2\n')).toContain('key "site" is missing')
  })

  test('with a number out of range gives the bound', () => {
    expect(problem('site: a\nregion: as923-2\nport: 70000\n')).toContain(
      'line 3: key "port" must be <= 65535',
    )
  })

  test.each([
    [
      'site: a\nregion: as923-2\nprot: 1\n',
      'khóa "prot" không phải khóa được biết. Có phải là "port"? Các khóa được biết ở đây: ',
    ],
    ['region: as923-2\n', 'khóa "site" còn thiếu. Thêm khóa "site" vào đây.'],
    ['site: a\nregion: eu868\n', 'khóa "region" có giá trị lạ. Ở đây chỉ nhận: as923-1, as923-2.'],
    ['site: a\nregion: as923-2\nport: 70000\n', 'khóa "port" phải <= 65535. Xem các ví dụ'],
    ['site: [1]\nregion: as923-2\n', 'khóa "site" phải là một chuỗi chữ.'],
    ['- 1\n', 'khóa "(top)" phải là một nhóm khóa.'],
  ])('explains %j in Vietnamese to a Vietnamese reader', (text, sentence) => {
    expect(problem(text, 'vi')).toContain(sentence)
    expect(problem(text, 'vi')).not.toMatch(/must|known|missing|Allowed/)
  })

  test('longer than a configuration can be is refused unread', () => {
    expect(problem(`# ${'x'.repeat(1_000_000)}`)).toContain('CONFIG_UNREADABLE')
  })

  test('with a key given twice is refused at its line', () => {
    expect(problem('site: a\nsite: b\nregion: as923-2\n')).toMatch(/CONFIG_SYNTAX: edge\.yaml line [12]/)
  })

  test('that is not YAML names the line of the slip', () => {
    expect(problem('site: a\nregion: [as923-2\n')).toMatch(/CONFIG_SYNTAX: edge\.yaml line [23]/)
  })

  test('with an alias bomb is refused', () => {
    const bomb = `a: &a [x,x,x,x,x,x,x,x,x]\n${Array.from('bcdefghi', (name, index) => `${name}: &${name} [${`*${'abcdefgh'[index]},`.repeat(9)}]`).join('\n')}\n`
    expect(problem(bomb)).toContain('CONFIG_SYNTAX')
  })

  // YAML is parsed with the place of every piece: 20,000 texts take some 7 s where the machine is shared.
  test('of any content is read or refused, never thrown at', { timeout: 60_000 }, () => {
    const soup = fc.stringMatching(/^[ \n:\-[\]{}&*!|>'"%@`#,?a-z0-9\t]{0,60}$/)
    fc.assert(
      fc.property(fc.oneof(fc.string(), soup), (text) => void parseConfig(schema, text, 'x.yaml')),
      {
        numRuns: 20_000,
      },
    )
  })
})
