-- The sessions of all rooms of a tenant's, by their time.
CREATE INDEX room_sessions_tenant ON room_sessions (tenant_id, started_ms, id);
