import { join } from 'node:path'
import { expect, test } from 'vitest'
import { openSqlite } from '../../../core/node/sqlite.ts'
import type { Command } from '../../../core/wire/commands.ts'
import { createCommandTable } from '../../../hub/commands/command-table.ts'
import { createTables } from '../../../hub/store/tables.ts'
import { EDGE, T0, temporary } from '../world.ts'
import { light, STREET } from './world.ts'

/** A database from before there were streets goes on with its commands, and takes light. */

const OLDER = `
CREATE TABLE command (
  id TEXT PRIMARY KEY, ord INTEGER NOT NULL UNIQUE, edge TEXT NOT NULL, body TEXT NOT NULL, issued_at INTEGER NOT NULL,
  sent_at INTEGER, sendings INTEGER NOT NULL DEFAULT 0, accepted_at INTEGER,
  ended TEXT, heard_at INTEGER, unsent INTEGER NOT NULL DEFAULT 0, cancelled_by TEXT
) STRICT, WITHOUT ROWID`

function command(id: string, order: number, action: Command['action']): Command {
  const rest = { who: 'lan', why: 'thử', notBefore: 0, expires: T0 + 1 }
  return { v: 1, id, class: 'setting', action, order, ...rest }
}

test('a table of the release before keeps what is in it, and learns of streets', () => {
  const folder = temporary()
  const sql = openSqlite(join(folder.path, 'hub.sqlite'))
  createTables(sql)
  sql.exec(OLDER)
  const hold = command('old', 1, { type: 'hold', device: 'siren', output: 'relay1', value: null })
  sql
    .prepare('INSERT INTO command (id, ord, edge, body, issued_at, accepted_at) VALUES (?, ?, ?, ?, ?, ?)')
    .run('old', 1, EDGE, JSON.stringify(hold), T0, T0)
  const never = { sentAt: null, sendings: 0, acceptedAt: null, accepted: {}, end: null, heardAt: null }
  for (let start = 0; start < 2; start++) {
    const table = createCommandTable(sql)
    expect(table.get('old')).toMatchObject({ command: hold, acceptedAt: T0, accepted: {} })
    const id = `new-${start}`
    const added = command(id, 2 + start, light({ all: true }, 50))
    table.add({ edge: EDGE, command: added, issuedAt: T0, unsent: false, cancelledBy: null, ...never })
    table.accepted(id, { v: 1, command: id, outcome: 'accepted', at: T0, details: { lamps: 4, level: 50 } })
    expect(table.get(id)).toMatchObject({ accepted: { lamps: 4, level: 50 } })
  }
  const listed = createCommandTable(sql).light({ edge: EDGE, street: STREET, limit: 10 })
  expect(listed.map(({ command: { id } }) => id)).toEqual(['new-1', 'new-0'])
  sql.close()
  folder.dispose()
})
