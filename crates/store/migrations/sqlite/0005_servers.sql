-- Servers that write to this database, and when each was last known to be alive.
CREATE TABLE servers (
    id       TEXT   NOT NULL PRIMARY KEY,
    seen_ms  BIGINT NOT NULL
);

-- Whose session it is. Those from before this column are nobody's.
ALTER TABLE room_sessions ADD COLUMN server TEXT NOT NULL DEFAULT '';
CREATE INDEX room_sessions_open ON room_sessions (server) WHERE ended_ms IS NULL;
