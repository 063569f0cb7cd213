/** "CHGC": what sort of SQLite file this is. */
export const APPLICATION_ID = 0x43484743;
/** Kept in `user_version`; a file of a later one is refused. */
export const SCHEMA_VERSION = 1;

/**
 * Ids are random, so each is stored once and named by an integer elsewhere: a place of the millions takes some 20
 * bytes. Counts are kept by triggers, so that `totals` reads a row a store and not millions.
 */
export const SCHEMA: string = `
CREATE TABLE store (
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE,
  objects INTEGER NOT NULL DEFAULT 0, size_bytes INTEGER NOT NULL DEFAULT 0, fragments INTEGER NOT NULL DEFAULT 0,
  owed INTEGER NOT NULL DEFAULT 0, condemned INTEGER NOT NULL DEFAULT 0
) STRICT;
CREATE TABLE chart (key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE batch (key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE) STRICT;
CREATE TABLE record (
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, chart INTEGER NOT NULL REFERENCES chart
) STRICT;

CREATE TABLE link (
  key INTEGER PRIMARY KEY, chart INTEGER NOT NULL REFERENCES chart, hash BLOB NOT NULL,
  generation INTEGER NOT NULL, batch INTEGER NOT NULL REFERENCES batch,
  head INTEGER NOT NULL, previous BLOB NOT NULL, bytes BLOB NOT NULL,
  UNIQUE (chart, hash)
) STRICT;
CREATE INDEX link_head ON link (chart, hash) WHERE head = 1;
CREATE INDEX link_batch ON link (batch);
-- Hashes that a link continues, whether that one is known or not.
CREATE TABLE continued (chart INTEGER NOT NULL, hash BLOB NOT NULL, PRIMARY KEY (chart, hash)) STRICT, WITHOUT ROWID;

CREATE TABLE version (
  key INTEGER PRIMARY KEY, id BLOB NOT NULL UNIQUE, record INTEGER NOT NULL REFERENCES record,
  chart INTEGER NOT NULL REFERENCES chart, batch INTEGER NOT NULL REFERENCES batch,
  fragments INTEGER NOT NULL, erased INTEGER NOT NULL, envelope BLOB
) STRICT;
CREATE INDEX version_chart ON version (chart, id);
CREATE INDEX version_batch ON version (batch);
CREATE INDEX version_erased ON version (id) WHERE erased = 1;

-- kind: 1 fragment, 2 statement. state: 1 live, 2 owed, 3 condemned.
CREATE TABLE object (
  key INTEGER PRIMARY KEY, store INTEGER NOT NULL REFERENCES store, name BLOB NOT NULL,
  size_bytes INTEGER NOT NULL, kind INTEGER NOT NULL, state INTEGER NOT NULL,
  batch INTEGER REFERENCES batch, envelopes INTEGER NOT NULL,
  UNIQUE (store, name)
) STRICT;
CREATE INDEX object_statement ON object (store, name) WHERE kind = 2;
CREATE INDEX object_owed ON object (store, name) WHERE state = 2;
CREATE INDEX object_condemned ON object (store, name) WHERE state = 3;

CREATE TABLE place (
  version INTEGER NOT NULL REFERENCES version, fragment INTEGER NOT NULL, object INTEGER NOT NULL REFERENCES object,
  offset INTEGER NOT NULL, length_bytes INTEGER NOT NULL,
  PRIMARY KEY (version, fragment)
) STRICT, WITHOUT ROWID;
CREATE INDEX place_object ON place (object);

CREATE TABLE reserved (
  store BLOB NOT NULL, name BLOB NOT NULL, reservation BLOB NOT NULL, expires INTEGER NOT NULL,
  PRIMARY KEY (store, name)
) STRICT, WITHOUT ROWID;
CREATE INDEX reserved_reservation ON reserved (reservation);
CREATE INDEX reserved_expires ON reserved (expires, store, name);

CREATE TABLE intent (key INTEGER PRIMARY KEY, batch BLOB NOT NULL UNIQUE, body TEXT NOT NULL) STRICT;
CREATE TABLE held (
  chart BLOB PRIMARY KEY, batch BLOB NOT NULL REFERENCES intent (batch) ON DELETE CASCADE
) STRICT, WITHOUT ROWID;
CREATE INDEX held_batch ON held (batch);
CREATE TABLE job (name TEXT PRIMARY KEY, state TEXT NOT NULL) STRICT, WITHOUT ROWID;

CREATE TABLE total (
  charts INTEGER NOT NULL, records INTEGER NOT NULL, versions INTEGER NOT NULL, erased INTEGER NOT NULL
) STRICT;
INSERT INTO total VALUES (0, 0, 0, 0);
CREATE TRIGGER count_chart AFTER INSERT ON chart BEGIN UPDATE total SET charts = charts + 1; END;
CREATE TRIGGER count_record AFTER INSERT ON record BEGIN UPDATE total SET records = records + 1; END;
CREATE TRIGGER count_version AFTER INSERT ON version
  BEGIN UPDATE total SET versions = versions + 1, erased = erased + NEW.erased; END;
CREATE TRIGGER count_erased AFTER UPDATE OF erased ON version WHEN NEW.erased <> OLD.erased
  BEGIN UPDATE total SET erased = erased + NEW.erased - OLD.erased; END;
CREATE TRIGGER count_object AFTER INSERT ON object BEGIN
  UPDATE store SET objects = objects + (NEW.state = 1), size_bytes = size_bytes + (NEW.state = 1) * NEW.size_bytes,
    owed = owed + (NEW.state = 2), condemned = condemned + (NEW.state = 3) WHERE key = NEW.store;
END;
CREATE TRIGGER recount_object AFTER UPDATE OF state, size_bytes ON object BEGIN
  UPDATE store SET objects = objects + (NEW.state = 1) - (OLD.state = 1),
    size_bytes = size_bytes + (NEW.state = 1) * NEW.size_bytes - (OLD.state = 1) * OLD.size_bytes,
    owed = owed + (NEW.state = 2) - (OLD.state = 2),
    condemned = condemned + (NEW.state = 3) - (OLD.state = 3) WHERE key = NEW.store;
END;
CREATE TRIGGER uncount_object AFTER DELETE ON object BEGIN
  UPDATE store SET objects = objects - (OLD.state = 1), size_bytes = size_bytes - (OLD.state = 1) * OLD.size_bytes,
    owed = owed - (OLD.state = 2), condemned = condemned - (OLD.state = 3) WHERE key = OLD.store;
END;
CREATE TRIGGER count_place AFTER INSERT ON place BEGIN
  UPDATE store SET fragments = fragments + 1 WHERE key = (SELECT store FROM object WHERE key = NEW.object);
END;
CREATE TRIGGER uncount_place AFTER DELETE ON place BEGIN
  UPDATE store SET fragments = fragments - 1 WHERE key = (SELECT store FROM object WHERE key = OLD.object);
END;

PRAGMA application_id = ${APPLICATION_ID};
PRAGMA user_version = ${SCHEMA_VERSION};
`;
