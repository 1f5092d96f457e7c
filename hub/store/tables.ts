import { FaultError, fault } from '../../core/errors.ts'
import type { SqlStore } from '../../core/ports/sql-store.ts'

/**
 * The hub's tables. A stream is one lane of one epoch of one edge. Times are UTC milliseconds.
 *
 * `held` says which sequence numbers of a stream are here or accounted for, in merged ranges that never touch:
 * it is what makes at-least-once delivery exactly-once storage. `zone` says where in a stream a time is to be found,
 * so that `reading` needs no second index: its key order is the order of arrival, the fastest there is. `summary` says
 * what a thinned row of `reading` stands for, `undated` which rows no clock dated. `life` has the boots that spoke for
 * an edge, in the order of their first word: one that comes back is a second node. `relayed_alarm` holds what was told
 * early by radio, under the number (and the first 12 digits of the epoch) of the row that comes later.
 */
const TABLES = `
CREATE TABLE IF NOT EXISTS edge (
  id TEXT PRIMARY KEY,
  epoch TEXT,
  hello BLOB,
  describe BLOB,
  alive INTEGER NOT NULL DEFAULT 0,
  last_seen INTEGER,
  clone_at INTEGER,
  quarantined_at INTEGER,
  quarantine_reason TEXT
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS life (
  id INTEGER PRIMARY KEY,
  edge TEXT NOT NULL, epoch TEXT NOT NULL, boot TEXT NOT NULL,
  since INTEGER NOT NULL,
  UNIQUE (edge, epoch, boot)
) STRICT;

CREATE TABLE IF NOT EXISTS epoch (
  id INTEGER PRIMARY KEY,
  edge TEXT NOT NULL,
  epoch TEXT NOT NULL,
  since INTEGER NOT NULL DEFAULT 0,
  UNIQUE (edge, epoch)
) STRICT;

CREATE TABLE IF NOT EXISTS stream (
  id INTEGER PRIMARY KEY,
  epoch INTEGER NOT NULL REFERENCES epoch (id),
  lane TEXT NOT NULL,
  oldest INTEGER NOT NULL DEFAULT 0,
  next INTEGER NOT NULL DEFAULT 0,
  stored INTEGER NOT NULL DEFAULT 0,
  superseded INTEGER NOT NULL DEFAULT 0,
  expired INTEGER NOT NULL DEFAULT 0,
  expired_before INTEGER NOT NULL DEFAULT 0,
  UNIQUE (epoch, lane)
) STRICT;

CREATE TABLE IF NOT EXISTS held (
  stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  PRIMARY KEY (stream, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS gap (
  stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL, reason TEXT NOT NULL,
  PRIMARY KEY (stream, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS zone (
  stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  at_min INTEGER NOT NULL, at_max INTEGER NOT NULL, rows INTEGER NOT NULL,
  PRIMARY KEY (stream, first)
) STRICT, WITHOUT ROWID;

CREATE INDEX IF NOT EXISTS zone_by_time ON zone (stream, at_max);

CREATE TABLE IF NOT EXISTS point (
  id INTEGER PRIMARY KEY,
  edge TEXT NOT NULL, device TEXT NOT NULL, channel TEXT NOT NULL,
  unit TEXT NOT NULL,
  UNIQUE (edge, device, channel, unit)
) STRICT;

CREATE TABLE IF NOT EXISTS series (
  epoch INTEGER NOT NULL REFERENCES epoch (id), idx INTEGER NOT NULL,
  point INTEGER NOT NULL REFERENCES point (id), resolution REAL NOT NULL,
  PRIMARY KEY (epoch, idx)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS reading (
  stream INTEGER NOT NULL, seq INTEGER NOT NULL,
  point INTEGER NOT NULL, at INTEGER NOT NULL, value REAL NOT NULL, flag INTEGER NOT NULL,
  PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS summary (
  stream INTEGER NOT NULL, seq INTEGER NOT NULL,
  from_at INTEGER NOT NULL, count INTEGER NOT NULL, sum REAL NOT NULL, min REAL NOT NULL, max REAL NOT NULL,
  PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS undated (
  stream INTEGER NOT NULL, first INTEGER NOT NULL, last INTEGER NOT NULL,
  after_at INTEGER NOT NULL, before_at INTEGER NOT NULL,
  PRIMARY KEY (stream, first)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS present (
  point INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, value REAL NOT NULL, flag INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS rollup (
  point INTEGER NOT NULL, width INTEGER NOT NULL, pack INTEGER NOT NULL,
  count INTEGER NOT NULL, buckets BLOB NOT NULL,
  PRIMARY KEY (point, width, pack)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS alert (
  id INTEGER PRIMARY KEY,
  edge TEXT NOT NULL, alarm TEXT NOT NULL,
  station TEXT NOT NULL, active INTEGER NOT NULL,
  raised_at INTEGER NOT NULL, cleared_at INTEGER,
  view TEXT NOT NULL,
  acknowledged_by TEXT, acknowledged_at INTEGER, acknowledged_level INTEGER,
  UNIQUE (edge, alarm)
) STRICT;
CREATE INDEX IF NOT EXISTS alert_by_time ON alert (raised_at);
CREATE INDEX IF NOT EXISTS alert_active ON alert (active) WHERE active = 1;

CREATE TABLE IF NOT EXISTS event (
  stream INTEGER NOT NULL, seq INTEGER NOT NULL,
  at INTEGER NOT NULL, edge TEXT NOT NULL, alarm TEXT, body BLOB NOT NULL,
  PRIMARY KEY (stream, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS event_by_alarm ON event (edge, alarm, stream, seq);

CREATE TABLE IF NOT EXISTS relayed_alarm (
  edge TEXT NOT NULL, epoch TEXT NOT NULL, seq INTEGER NOT NULL,
  alarm TEXT NOT NULL, heard_at INTEGER NOT NULL, via TEXT NOT NULL, body BLOB NOT NULL,
  PRIMARY KEY (edge, epoch, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS relayed_by_alarm ON relayed_alarm (edge, alarm);

CREATE TABLE IF NOT EXISTS relayed_epoch (
  edge TEXT NOT NULL, epoch TEXT NOT NULL,
  announced_at INTEGER, state_serial INTEGER,
  PRIMARY KEY (edge, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS relayed_edge (
  edge TEXT PRIMARY KEY, heard_at INTEGER NOT NULL, via TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE IF NOT EXISTS audit (
  id INTEGER PRIMARY KEY,
  at INTEGER NOT NULL, who TEXT NOT NULL, action TEXT NOT NULL, target TEXT NOT NULL
) STRICT;
`

/** Changes with the tables: a database that is newer, or older than can be carried over, is refused by name. */
const FORMAT = 3

/** What makes the tables of the format before, by the format that it leads to; new tables are made by TABLES. */
const MIGRATIONS: Readonly<Record<number, string>> = {
  3: `
ALTER TABLE edge ADD COLUMN quarantined_at INTEGER;
ALTER TABLE edge ADD COLUMN quarantine_reason TEXT;
ALTER TABLE epoch ADD COLUMN since INTEGER NOT NULL DEFAULT 0;
ALTER TABLE stream ADD COLUMN expired_before INTEGER NOT NULL DEFAULT 0;
-- Up to when rows were deleted was not written down: later than any row says nothing.
UPDATE stream SET expired_before = 9000000000000000 WHERE expired > 0;
`,
}

/**
 * Makes the tables of a new database, or carries an older one over, whole or not at all. Throws a FaultError: the
 * store's, or STORE_FORMAT for one of a version that is not known.
 */
export function createTables(sql: SqlStore): void {
  sql.transaction(() => {
    const made = sql.prepare("SELECT count(*) AS n FROM sqlite_master WHERE type = 'table'").get()
    const found = Number(sql.prepare('PRAGMA user_version').get()?.user_version)
    if (made?.n !== 0) migrate(sql, found)
    sql.exec(TABLES)
    sql.exec(`PRAGMA user_version = ${FORMAT}`)
  })
  // No connection outlives the process, so nobody is known to be alive at its start.
  sql.exec('UPDATE edge SET alive = 0')
}

function migrate(sql: SqlStore, found: number): void {
  if (found > FORMAT) throw unknownFormat(found)
  for (let format = found + 1; format <= FORMAT; format++) {
    const migration = MIGRATIONS[format]
    if (migration === undefined) throw unknownFormat(found)
    sql.exec(migration)
  }
}

function unknownFormat(found: number): FaultError {
  return new FaultError(fault('STORE_FORMAT', { found, known: FORMAT }))
}
