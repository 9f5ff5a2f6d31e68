-- Rooms as they are planned and kept. What is going on in one is not here but in its task.
CREATE TABLE rooms (
    id             TEXT   NOT NULL PRIMARY KEY,
    tenant_id      TEXT   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    kind           TEXT   NOT NULL,
    title          TEXT   NOT NULL,
    template_id    TEXT,
    -- active, ended, cancelled
    state          TEXT   NOT NULL,
    host_id        TEXT   REFERENCES people (id) ON DELETE SET NULL,
    -- The local start, its zone, how long, and the rule; all null for a room that is open now.
    starts_local   TEXT,
    timezone       TEXT,
    duration_min   BIGINT,
    recurrence     TEXT,
    -- The occurrence that is now or next, else the last; for lists.
    next_start_ms  BIGINT NOT NULL,
    next_end_ms    BIGINT NOT NULL,
    -- 1 while the rule may have a later one.
    recurs         BIGINT NOT NULL,
    settings       TEXT   NOT NULL,
    agenda         TEXT   NOT NULL,
    created_ms     BIGINT NOT NULL,
    changed_ms     BIGINT NOT NULL,
    version        BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX rooms_next ON rooms (tenant_id, next_start_ms, id);
CREATE INDEX rooms_recurring ON rooms (next_end_ms) WHERE recurs = 1 AND state = 'active';

CREATE TABLE links (
    id             TEXT   NOT NULL PRIMARY KEY,
    tenant_id      TEXT   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    room_id        TEXT   NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    code           TEXT   NOT NULL UNIQUE,
    role           TEXT   NOT NULL,
    label          TEXT   NOT NULL,
    -- For a link meant for one person.
    person_name    TEXT,
    passcode_hash  TEXT,
    expires_ms     BIGINT,
    max_uses       BIGINT,
    uses           BIGINT NOT NULL DEFAULT 0,
    revoked_ms     BIGINT,
    is_default     BIGINT NOT NULL DEFAULT 0,
    created_ms     BIGINT NOT NULL,
    version        BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX links_room ON links (tenant_id, room_id, created_ms, id);

-- People without an account, known again by a random string that their browser keeps.
CREATE TABLE guests (
    id           TEXT   NOT NULL PRIMARY KEY,
    tenant_id    TEXT   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    device_hash  BLOB   NOT NULL,
    name         TEXT   NOT NULL,
    created_ms   BIGINT NOT NULL,
    seen_ms      BIGINT NOT NULL,
    UNIQUE (tenant_id, device_hash)
);

-- Who has come by which link; one row a person, so that coming back is not a second use.
CREATE TABLE link_uses (
    link_id   TEXT   NOT NULL REFERENCES links (id) ON DELETE CASCADE,
    identity  TEXT   NOT NULL,
    first_ms  BIGINT NOT NULL,
    PRIMARY KEY (link_id, identity)
);

-- One life of a live room, and who was there.
CREATE TABLE room_sessions (
    id          TEXT   NOT NULL PRIMARY KEY,
    tenant_id   TEXT   NOT NULL,
    room_id     TEXT   NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    started_ms  BIGINT NOT NULL,
    ended_ms    BIGINT,
    -- The room's last event when it began and when it ended: its chat lies between.
    first_seq   BIGINT NOT NULL DEFAULT 0,
    last_seq    BIGINT
);
CREATE INDEX room_sessions_room ON room_sessions (tenant_id, room_id, started_ms, id);

CREATE TABLE attendances (
    -- One stay; a person who comes twice stays twice.
    id          TEXT   NOT NULL PRIMARY KEY,
    session_id  TEXT   NOT NULL REFERENCES room_sessions (id) ON DELETE CASCADE,
    identity    TEXT   NOT NULL,
    name        TEXT   NOT NULL,
    role        TEXT   NOT NULL,
    joined_ms   BIGINT NOT NULL,
    left_ms     BIGINT
);
CREATE INDEX attendances_session ON attendances (session_id, joined_ms, id);

CREATE TABLE files (
    id           TEXT   NOT NULL PRIMARY KEY,
    tenant_id    TEXT   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    room_id      TEXT   REFERENCES rooms (id) ON DELETE CASCADE,
    name         TEXT   NOT NULL,
    media_type   TEXT   NOT NULL,
    bytes        BIGINT NOT NULL,
    sha256       BLOB   NOT NULL,
    uploader     TEXT   NOT NULL,
    created_ms   BIGINT NOT NULL
);
CREATE INDEX files_room ON files (tenant_id, room_id, created_ms, id);
CREATE INDEX files_content ON files (sha256);

-- Addresses of a tenant that are told of its events. The secret signs, so it is kept as it is.
CREATE TABLE hooks (
    id          TEXT   NOT NULL PRIMARY KEY,
    tenant_id   TEXT   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    url         TEXT   NOT NULL,
    label       TEXT   NOT NULL,
    secret      TEXT   NOT NULL,
    -- JSON array of event names; empty: all.
    events      TEXT   NOT NULL,
    enabled     BIGINT NOT NULL,
    created_ms  BIGINT NOT NULL,
    version     BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX hooks_tenant ON hooks (tenant_id, created_ms, id);

-- What is to be told, and what came of it.
CREATE TABLE hook_deliveries (
    id             TEXT   NOT NULL PRIMARY KEY,
    hook_id        TEXT   NOT NULL REFERENCES hooks (id) ON DELETE CASCADE,
    tenant_id      TEXT   NOT NULL,
    event_id       TEXT   NOT NULL,
    event          TEXT   NOT NULL,
    body           TEXT   NOT NULL,
    -- pending, delivered, failed (given up)
    state          TEXT   NOT NULL,
    attempts       BIGINT NOT NULL DEFAULT 0,
    due_ms         BIGINT NOT NULL,
    claimed_to_ms  BIGINT NOT NULL DEFAULT 0,
    last_status    BIGINT,
    last_error     TEXT   NOT NULL DEFAULT '',
    created_ms     BIGINT NOT NULL,
    finished_ms    BIGINT
);
CREATE INDEX hook_deliveries_hook ON hook_deliveries (hook_id, created_ms, id);
CREATE INDEX hook_deliveries_due ON hook_deliveries (due_ms) WHERE state = 'pending';
