-- Who calls: API keys, what was revoked, and tickets of event streams.
CREATE TABLE sluice.api_keys (
  id text PRIMARY KEY CHECK (id ~ '^[0-9a-f]{16}$'),
  tenant text NOT NULL CHECK (length(tenant) BETWEEN 1 AND 255),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  -- sha256 of the secret part, which is 32 random bytes: nobody guesses those, so a slow hash would only cost its time at every call.
  hash bytea NOT NULL CHECK (octet_length(hash) = 32),
  scopes text[] NOT NULL,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Name of the principal that made it; null: the command line.
  created_by text,
  expires_at timestamptz,
  revoked_at timestamptz,
  -- To some minutes.
  last_used_at timestamptz
);
--> statement-breakpoint
CREATE INDEX api_keys_of_tenant ON sluice.api_keys (tenant, created_at, id);
--> statement-breakpoint
-- What no gateway accepts any more. Each row is also an event on the internal topic, written in the same transaction.
CREATE TABLE sluice.revocations (
  tenant text NOT NULL CHECK (length(tenant) BETWEEN 1 AND 255),
  kind text NOT NULL CHECK (kind IN ('jti', 'sub', 'key')),
  value text NOT NULL CHECK (length(value) BETWEEN 1 AND 255),
  -- Of a sub: it hits the tokens issued at or before.
  revoked_at timestamptz NOT NULL,
  -- When every token that it can hit has expired.
  until timestamptz NOT NULL,
  reason text,
  -- Name of the principal that asked for it; null: the command line.
  revoked_by text,
  PRIMARY KEY (tenant, kind, value)
);
--> statement-breakpoint
CREATE INDEX revocations_until ON sluice.revocations (until);
--> statement-breakpoint
CREATE TABLE sluice.stream_tickets (
  -- sha256 of the ticket, 32 random bytes.
  hash bytea PRIMARY KEY CHECK (octet_length(hash) = 32),
  kind text NOT NULL,
  tenant text NOT NULL,
  name text NOT NULL,
  -- The principal as JSON. Text, since a claim may hold what jsonb does not.
  principal text NOT NULL,
  expires_at timestamptz NOT NULL
);
--> statement-breakpoint
CREATE INDEX stream_tickets_of_principal ON sluice.stream_tickets (tenant, kind, name);
--> statement-breakpoint
CREATE INDEX stream_tickets_expire ON sluice.stream_tickets (expires_at);
--> statement-breakpoint
-- Notes a ticket; null, and nothing noted, when the principal has `most` that are good. Its calls wait for each other, or two
-- at once would both find room.
CREATE FUNCTION sluice.issue_ticket(hash bytea, kind text, tenant text, name text, principal text, life interval, most int) RETURNS timestamptz LANGUAGE plpgsql AS $$
DECLARE
  ends timestamptz := clock_timestamp() + life;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtextextended(json_build_array(tenant, kind, name)::text, 7312));
  IF (SELECT count(*) FROM (SELECT FROM sluice.stream_tickets t WHERE t.tenant = issue_ticket.tenant AND t.kind = issue_ticket.kind
      AND t.name = issue_ticket.name AND t.expires_at > clock_timestamp() LIMIT most) good) >= most THEN
    RETURN NULL;
  END IF;
  INSERT INTO sluice.stream_tickets VALUES (issue_ticket.hash, issue_ticket.kind, issue_ticket.tenant, issue_ticket.name, issue_ticket.principal, ends);
  RETURN ends;
END $$;
--> statement-breakpoint
-- Revokes: the row, the API key's own if it is one, and the event, in one transaction under the head lock. `result` is null when
-- the tenant has no such key. Repeated, it hits what was issued since. Fails (55P03) when somebody else holds the row for half a
-- second. Shaped as append is.
CREATE PROCEDURE sluice.revoke(tenant text, kind text, value text, until timestamptz, reason text, revoked_by text, notify boolean, INOUT result json DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
  at timestamptz;
  present text;
  ends timestamptz;
  event_id uuid := gen_random_uuid();
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  PERFORM pg_advisory_xact_lock(7311, 1);
  PERFORM set_config('lock_timeout', '500ms', true);
  result := NULL;
  PERFORM sluice.open_epoch(0);
  SELECT h.position + 1, greatest(h.recorded_at, clock_timestamp()), sluice.epoch() INTO STRICT head, at, present FROM sluice.head() h;
  IF kind = 'key' THEN
    UPDATE sluice.api_keys k SET revoked_at = coalesce(k.revoked_at, at) WHERE k.id = revoke.value AND k.tenant = revoke.tenant;
    IF NOT FOUND THEN
      COMMIT;
      RETURN;
    END IF;
  END IF;
  INSERT INTO sluice.revocations AS r (tenant, kind, value, revoked_at, until, reason, revoked_by)
    VALUES (revoke.tenant, revoke.kind, revoke.value, at, revoke.until, revoke.reason, revoke.revoked_by)
    ON CONFLICT ON CONSTRAINT revocations_pkey DO UPDATE SET revoked_at = excluded.revoked_at, until = greatest(r.until, excluded.until), reason = excluded.reason, revoked_by = excluded.revoked_by
    RETURNING r.until INTO ends;
  PERFORM sluice.make_partitions(head);
  INSERT INTO sluice.event_ids VALUES (event_id, head);
  INSERT INTO sluice.events (position, id, tenant, topic, type, key, version, payload, occurred_at, recorded_at)
    VALUES (head, event_id, revoke.tenant, '_sluice', 'TokensRevoked', revoke.value, 1, json_build_object('kind', revoke.kind, 'value', revoke.value,
      'revokedAt', floor(extract(epoch FROM at) * 1000)::bigint, 'until', ceil(extract(epoch FROM ends) * 1000)::bigint), at, at);
  result := json_build_object('position', head, 'epoch', present, 'revokedAt', floor(extract(epoch FROM at) * 1000)::bigint, 'until', ceil(extract(epoch FROM ends) * 1000)::bigint);
  IF notify AND pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_notify('sluice_head', head::text);
  END IF;
  COMMIT;
END $$;
