-- Events that other systems asked to be told of, one row an endpoint. A row lives until its
-- endpoint has answered 2xx (then it is deleted) or has been given up (then it is kept for a while,
-- so that an operator can see what was lost).
--
-- Rows with the same endpoint and lane are delivered in the order of `id`.
CREATE TABLE webhook_outbox (
    id             BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    event_id       TEXT    NOT NULL,
    event          TEXT    NOT NULL,
    endpoint       TEXT    NOT NULL,
    lane           TEXT    NOT NULL,
    body           BYTEA   NOT NULL,
    enqueued_ms    BIGINT  NOT NULL,
    due_ms         BIGINT  NOT NULL,
    claimed_to_ms  BIGINT  NOT NULL DEFAULT 0,
    attempts       BIGINT  NOT NULL DEFAULT 0,
    given_up_ms    BIGINT,
    last_error     TEXT    NOT NULL DEFAULT ''
);

-- The head of a lane is found without reading the lane.
CREATE INDEX webhook_outbox_lane ON webhook_outbox (endpoint, lane, id) WHERE given_up_ms IS NULL;
CREATE INDEX webhook_outbox_due ON webhook_outbox (endpoint, due_ms) WHERE given_up_ms IS NULL;
CREATE INDEX webhook_outbox_given_up ON webhook_outbox (given_up_ms) WHERE given_up_ms IS NOT NULL;
