-- Consumers: durable readers of the log with a stored checkpoint, and what they keep beside it.

CREATE TABLE sluice.consumers (
  name text PRIMARY KEY CHECK (length(name) BETWEEN 1 AND 100),
  -- `processor`: TypeScript of the application. `webhook`: see sluice.webhooks.
  kind text NOT NULL CHECK (kind IN ('processor', 'webhook')),
  delivery text NOT NULL CHECK (delivery IN ('at-most-once', 'at-least-once', 'exactly-once')),
  -- What it reads: event types, and the topics they are of. `published` of G11 is these events after start_position.
  topics text[] NOT NULL,
  types text[] NOT NULL,
  -- Null: events of every tenant.
  tenant text,
  -- A fork reads beside the consumer it was made of, with a state of its own; its effects are taken back.
  fork_of text REFERENCES sluice.consumers ON DELETE CASCADE,
  -- `done`: it has come to end_position.
  status text NOT NULL DEFAULT 'running' CHECK (status IN ('running', 'paused', 'done')),
  status_reason text,
  status_by text,
  status_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Events after this position are its; up to end_position when there is one.
  start_position bigint NOT NULL,
  end_position bigint,
  -- Retention waits for it that long, no longer (G12).
  max_lag interval NOT NULL DEFAULT '7 days',
  -- Events that retention took before it came to them, and when that was last seen.
  lost bigint NOT NULL DEFAULT 0,
  lost_upto bigint NOT NULL DEFAULT 0,
  lost_at timestamptz,
  -- Raised by whatever somebody decides about it (pause, resume, reset, replay, discard …): gateways look at it every second, and
  -- read anew what they hold in memory.
  revision int NOT NULL DEFAULT 1,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
--> statement-breakpoint
-- 64 for each consumer, by hash of tenant and order key. The row is checkpoint, fence and counters in one: a write of any of
-- them is fenced by the same row. Rows are updated all the time and never grow: room for it in the page.
CREATE TABLE sluice.consumer_slots (
  consumer text NOT NULL REFERENCES sluice.consumers ON DELETE CASCADE,
  slot smallint NOT NULL CHECK (slot BETWEEN 0 AND 63),
  -- Every event of the slot up to here is handled, or parked (G6).
  position bigint NOT NULL,
  -- The latest occurred_at of the consumer's events up to there, of any slot.
  watermark timestamptz,
  -- The gateway that works on it, for as long as its row in consumer_members is good; null: none.
  owner uuid,
  -- Raised with every new owner and by a reset: what an older owner still writes matches no row (G8).
  fence bigint NOT NULL DEFAULT 0,
  -- Events whose effect is done; passed over (filtered, erased, shed, lost); given up by somebody's decision. With the dead letters and what
  -- is pending they make up what was published (G11).
  delivered bigint NOT NULL DEFAULT 0,
  skipped bigint NOT NULL DEFAULT 0,
  discarded bigint NOT NULL DEFAULT 0,
  -- Attempts that failed; events that came too late for their window.
  failed bigint NOT NULL DEFAULT 0,
  late bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (consumer, slot)
) WITH (fillfactor = 40);
--> statement-breakpoint
-- Gateways that work for a consumer at present, among whom its slots are shared out. The row is the lease on them: renewed while
-- the gateway lives; once it has expired, others take its slots.
CREATE TABLE sluice.consumer_members (
  consumer text NOT NULL REFERENCES sluice.consumers ON DELETE CASCADE,
  gateway uuid NOT NULL,
  expires_at timestamptz NOT NULL,
  -- What it did in the last ten seconds, per second.
  delivered_per_second float8 NOT NULL DEFAULT 0,
  failed_per_second float8 NOT NULL DEFAULT 0,
  -- Events of its slots that it has not handled yet, and milliseconds since the oldest of them was recorded.
  lag_events bigint NOT NULL DEFAULT 0,
  lag_ms bigint NOT NULL DEFAULT 0,
  PRIMARY KEY (consumer, gateway)
) WITH (fillfactor = 50);
--> statement-breakpoint
-- Events that a slot has passed without their effect: to be tried again (`retry`), behind such an event of the same key
-- (`waiting`), or given up (`dead`, a dead letter). Each with its payload: the log may forget it.
CREATE TABLE sluice.parked_events (
  consumer text NOT NULL REFERENCES sluice.consumers ON DELETE CASCADE,
  position bigint NOT NULL,
  slot smallint NOT NULL,
  -- The order key; with the tenant, what the event waits in line with.
  lane text NOT NULL,
  status text NOT NULL CHECK (status IN ('retry', 'waiting', 'dead')),
  -- Of a dead letter: whether its key waits for what becomes of it (onPoison: block-key).
  blocks boolean NOT NULL DEFAULT false,
  event_id uuid NOT NULL,
  epoch text NOT NULL,
  tenant text NOT NULL,
  topic text NOT NULL,
  type text NOT NULL,
  key text NOT NULL,
  version int NOT NULL,
  payload json NOT NULL,
  occurred_at timestamptz NOT NULL,
  recorded_at timestamptz NOT NULL,
  correlation_id text,
  causation_id text,
  traceparent text,
  -- The consumer's watermark at this event.
  watermark timestamptz,
  attempts int NOT NULL DEFAULT 0,
  -- Of `retry`: not before.
  next_attempt_at timestamptz,
  -- Of the last attempt: { name, message, code, step }. And the last ten attempts: [{ at, ms, error }].
  error json,
  history json NOT NULL DEFAULT '[]',
  parked_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  dead_at timestamptz,
  PRIMARY KEY (consumer, position)
);
--> statement-breakpoint
CREATE INDEX parked_events_slot ON sluice.parked_events (consumer, slot, tenant, lane, position) WHERE status <> 'dead' OR blocks;
--> statement-breakpoint
CREATE INDEX parked_events_dead ON sluice.parked_events (consumer, dead_at, position) WHERE status = 'dead';
--> statement-breakpoint
-- What processors remember, one value for each key.
CREATE TABLE sluice.consumer_state (
  consumer text NOT NULL REFERENCES sluice.consumers ON DELETE CASCADE,
  tenant text NOT NULL,
  key text NOT NULL,
  slot smallint NOT NULL,
  state json NOT NULL,
  -- Of a state that has something to do when the watermark has passed this moment; null: nothing.
  due_at timestamptz,
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  PRIMARY KEY (consumer, tenant, key)
);
--> statement-breakpoint
CREATE INDEX consumer_state_due ON sluice.consumer_state (consumer, slot, due_at) WHERE due_at IS NOT NULL;
--> statement-breakpoint
-- What somebody decided about consumers and their dead letters.
CREATE TABLE sluice.consumer_actions (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  consumer text NOT NULL,
  -- pause, resume, reset, fork, delete, replay, discard
  action text NOT NULL,
  -- Null: somebody at the command line, or the gateway itself (`reason` says why).
  principal text,
  reason text,
  -- { positions, to, … }
  details json NOT NULL DEFAULT '{}',
  at timestamptz NOT NULL DEFAULT clock_timestamp()
);
--> statement-breakpoint
CREATE INDEX consumer_actions_consumer ON sluice.consumer_actions (consumer, id);
--> statement-breakpoint
-- Retention waits for the slot that is furthest behind, unless what it needs next is older than its consumer may lag.
CREATE OR REPLACE FUNCTION sluice.needed_from() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT min(behind.position) + 1 FROM (
    SELECT c.max_lag, min(s.position) AS position FROM sluice.consumers c JOIN sluice.consumer_slots s ON s.consumer = c.name
      WHERE c.status <> 'done' GROUP BY c.name
  ) behind
  WHERE NOT EXISTS (
    SELECT FROM sluice.events e WHERE e.position = behind.position + 1 AND e.recorded_at < clock_timestamp() - behind.max_lag);
$$;
