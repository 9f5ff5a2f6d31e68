-- Answers already given, so that a write that is sent again is not done again.
CREATE TABLE idempotency_keys (
    scope        TEXT   NOT NULL,
    key          TEXT   NOT NULL,
    fingerprint  TEXT   NOT NULL,
    status       BIGINT NOT NULL,
    headers      TEXT   NOT NULL,
    body         BLOB   NOT NULL,
    created_ms   BIGINT NOT NULL,
    PRIMARY KEY (scope, key)
);
CREATE INDEX idempotency_keys_age ON idempotency_keys (created_ms);

-- What has happened and has not been reacted to yet. Written with the change itself.
CREATE TABLE outbox (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id   TEXT   NOT NULL,
    tenant_id  TEXT   NOT NULL,
    event      TEXT   NOT NULL,
    payload    TEXT   NOT NULL,
    at_ms      BIGINT NOT NULL
);

-- What is still to be done. A row goes when it is done, and stays a while when it is given up.
CREATE TABLE jobs (
    id             INTEGER PRIMARY KEY AUTOINCREMENT,
    kind           TEXT   NOT NULL,
    payload        TEXT   NOT NULL,
    created_ms     BIGINT NOT NULL,
    due_ms         BIGINT NOT NULL,
    claimed_to_ms  BIGINT NOT NULL DEFAULT 0,
    attempts       BIGINT NOT NULL DEFAULT 0,
    given_up_ms    BIGINT,
    last_error     TEXT   NOT NULL DEFAULT ''
);
CREATE INDEX jobs_due ON jobs (kind, due_ms) WHERE given_up_ms IS NULL;

-- Everything that changed a live room, in its order.
CREATE TABLE room_events (
    room     TEXT   NOT NULL,
    seq      BIGINT NOT NULL,
    at_ms    BIGINT NOT NULL,
    payload  TEXT   NOT NULL,
    PRIMARY KEY (room, seq)
);
