-- Merchants. What belongs to one names it in tenant_id.
CREATE TABLE tenants (
    id              TEXT   NOT NULL PRIMARY KEY,
    name            TEXT   NOT NULL,
    slug            TEXT   NOT NULL UNIQUE,
    brand           TEXT   NOT NULL,
    timezone        TEXT   NOT NULL,
    locale          TEXT   NOT NULL,
    retention_days  BIGINT NOT NULL,
    created_ms      BIGINT NOT NULL,
    version         BIGINT NOT NULL DEFAULT 1
);
CREATE INDEX tenants_age ON tenants (created_ms, id);

-- One row a human being, whatever tenants he works for.
CREATE TABLE people (
    id             TEXT   NOT NULL PRIMARY KEY,
    email          TEXT   NOT NULL UNIQUE,
    name           TEXT   NOT NULL,
    locale         TEXT   NOT NULL,
    password_hash  TEXT,
    platform_role  TEXT,
    created_ms     BIGINT NOT NULL,
    version        BIGINT NOT NULL DEFAULT 1
);

CREATE TABLE memberships (
    tenant_id   TEXT   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    person_id   TEXT   NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    role        TEXT   NOT NULL,
    created_ms  BIGINT NOT NULL,
    PRIMARY KEY (tenant_id, person_id)
);
CREATE INDEX memberships_person ON memberships (person_id);

-- Signed-in browsers. Of a token only the hash is kept: who reads this table cannot sign in.
CREATE TABLE sessions (
    token_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id   TEXT   NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    tenant_id   TEXT   REFERENCES tenants (id) ON DELETE SET NULL,
    created_ms  BIGINT NOT NULL,
    expires_ms  BIGINT NOT NULL
);
CREATE INDEX sessions_person ON sessions (person_id);
CREATE INDEX sessions_expiry ON sessions (expires_ms);

CREATE TABLE magic_links (
    token_hash  BYTEA  NOT NULL PRIMARY KEY,
    person_id   TEXT   NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_ms  BIGINT NOT NULL,
    expires_ms  BIGINT NOT NULL
);
CREATE INDEX magic_links_expiry ON magic_links (expires_ms);

CREATE TABLE api_keys (
    id            TEXT   NOT NULL PRIMARY KEY,
    tenant_id     TEXT   NOT NULL REFERENCES tenants (id) ON DELETE CASCADE,
    label         TEXT   NOT NULL,
    secret_hash   BYTEA  NOT NULL UNIQUE,
    scopes        TEXT   NOT NULL,
    created_ms    BIGINT NOT NULL,
    expires_ms    BIGINT,
    last_used_ms  BIGINT,
    revoked_ms    BIGINT
);
CREATE INDEX api_keys_tenant ON api_keys (tenant_id, created_ms, id);

-- Who somebody is at an identity provider.
CREATE TABLE oidc_identities (
    issuer     TEXT NOT NULL,
    subject    TEXT NOT NULL,
    person_id  TEXT NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    PRIMARY KEY (issuer, subject)
);

-- Sign-ins that are under way at the provider.
CREATE TABLE oidc_logins (
    state_hash  BYTEA  NOT NULL PRIMARY KEY,
    nonce       TEXT   NOT NULL,
    verifier    TEXT   NOT NULL,
    return_to   TEXT   NOT NULL,
    expires_ms  BIGINT NOT NULL
);

-- Who did what. Each entry's hash covers the one before it; the newest hash stands in audit_heads,
-- whose row also puts the writers of one tenant in a queue.
CREATE TABLE audit_heads (
    tenant_id  TEXT   NOT NULL PRIMARY KEY,
    seq        BIGINT NOT NULL,
    hash       BYTEA  NOT NULL
);

CREATE TABLE audit_entries (
    tenant_id   TEXT   NOT NULL,
    seq         BIGINT NOT NULL,
    at_ms       BIGINT NOT NULL,
    actor       TEXT   NOT NULL,
    action      TEXT   NOT NULL,
    target      TEXT   NOT NULL,
    detail      TEXT   NOT NULL,
    hash        BYTEA  NOT NULL,
    PRIMARY KEY (tenant_id, seq)
);
CREATE INDEX audit_entries_actor ON audit_entries (tenant_id, actor, seq);
CREATE INDEX audit_entries_target ON audit_entries (tenant_id, target, seq);
CREATE INDEX audit_entries_action ON audit_entries (tenant_id, action, seq);

CREATE FUNCTION audit_is_append_only() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'the audit log is append-only'; END $$;
CREATE TRIGGER audit_entries_stay BEFORE UPDATE OR DELETE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION audit_is_append_only();
