-- Webhooks: where events are sent to. What reads, counts and keeps them is the consumer `webhook:<id>`.

CREATE TABLE sluice.webhooks (
  id uuid PRIMARY KEY,
  tenant text NOT NULL CHECK (length(tenant) BETWEEN 1 AND 255),
  name text NOT NULL CHECK (length(name) BETWEEN 1 AND 255),
  url text NOT NULL,
  topics text[] NOT NULL,
  -- Null: all event types of the topics.
  types text[],
  -- A filter as subscriptions take it, and what is selected of each event, as GraphQL; null: every event, and all that is stored.
  "where" json,
  selection text,
  format text NOT NULL CHECK (format IN ('CLOUDEVENTS', 'PLAIN')),
  -- KEY: the events of a key one after the other. Never changes: slots go by it.
  "order" text NOT NULL CHECK ("order" IN ('KEY', 'NONE')),
  start_from text NOT NULL CHECK (start_from IN ('now', 'beginning')),
  -- Requests under way at once, of one gateway.
  concurrency int NOT NULL CHECK (concurrency BETWEEN 1 AND 64),
  headers json NOT NULL DEFAULT '{}',
  -- [{ secret, until }], the newest first: every request is signed with those whose `until` is null or to come. As they
  -- are, since they sign.
  secrets json NOT NULL,
  -- See set_webhook_status.
  status text NOT NULL DEFAULT 'ENABLED' CHECK (status IN ('ENABLED', 'PAUSED', 'DISABLED')),
  status_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Since when nothing but failures: to some seconds, as last_delivered_at.
  failing_since timestamptz,
  last_error text,
  last_delivered_at timestamptz,
  created_by text,
  created_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Of sluice.webhook_changes, by the last change that gateways have to know of.
  revision bigint NOT NULL,
  UNIQUE (tenant, name)
) WITH (fillfactor = 70);
--> statement-breakpoint
CREATE INDEX webhooks_of_tenant ON sluice.webhooks (tenant, created_at, id);
--> statement-breakpoint
CREATE INDEX webhooks_revision ON sluice.webhooks (revision);
--> statement-breakpoint
-- One row, raised by whatever creates, changes or deletes a webhook, in its transaction and before anything else: changes wait for each
-- other, so what a gateway has seen of them has no holes. Gateways look at it every second.
CREATE TABLE sluice.webhook_changes (
  one boolean PRIMARY KEY DEFAULT true CHECK (one),
  revision bigint NOT NULL
);
--> statement-breakpoint
INSERT INTO sluice.webhook_changes (revision) VALUES (0);
--> statement-breakpoint
CREATE FUNCTION sluice.change_webhooks() RETURNS bigint LANGUAGE sql AS $$
  UPDATE sluice.webhook_changes SET revision = revision + 1 RETURNING revision;
$$;
--> statement-breakpoint
-- Stops a webhook's consumer (PAUSED, DISABLED) or lets it go on (ENABLED). Whether it runs is the consumer's status alone, which who
-- operates consumers may change, too; the webhook's says why it was stopped, for as long as both have one status_at. Of the
-- caller's transaction. False when the consumer is not there yet.
CREATE FUNCTION sluice.set_webhook_status(id uuid, status text, reason text, by text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  changed bigint := sluice.change_webhooks();
  at timestamptz := clock_timestamp();
  follows text := CASE WHEN set_webhook_status.status = 'ENABLED' THEN 'running' ELSE 'paused' END;
BEGIN
  UPDATE sluice.consumers c SET status = follows, status_reason = reason, status_by = by, status_at = at, revision = c.revision + 1
    WHERE c.name = 'webhook:' || set_webhook_status.id;
  IF NOT FOUND THEN
    RETURN false;
  END IF;
  UPDATE sluice.webhooks w SET status = set_webhook_status.status, status_at = at, revision = changed,
    failing_since = CASE WHEN follows = 'running' THEN NULL ELSE w.failing_since END, last_error = CASE WHEN follows = 'running' THEN NULL ELSE w.last_error END
    WHERE w.id = set_webhook_status.id;
  INSERT INTO sluice.consumer_actions (consumer, action, principal, reason)
    VALUES ('webhook:' || set_webhook_status.id, CASE WHEN follows = 'running' THEN 'resume' ELSE 'pause' END, by, reason);
  RETURN true;
END $$;
--> statement-breakpoint
-- A gateway stops a webhook by itself: that, and the event that tells of it, in one transaction under the head lock. `result` is null,
-- and nothing has happened, when it does not run, was changed since `seen`, or (failing: given) has not failed for so long.
-- Shaped as append is.
CREATE PROCEDURE sluice.stop_webhook(id uuid, seen bigint, status text, reason text, failing interval, notify boolean, INOUT result json DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
  at timestamptz;
  event_id uuid := gen_random_uuid();
  hook record;
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  PERFORM pg_advisory_xact_lock(7311, 1);
  PERFORM set_config('lock_timeout', '500ms', true);
  result := NULL;
  -- As every change begins, so that two of them never wait for each other.
  PERFORM FROM sluice.webhook_changes FOR UPDATE;
  SELECT w.tenant, w.name INTO hook FROM sluice.webhooks w JOIN sluice.consumers c ON c.name = 'webhook:' || w.id
    WHERE w.id = stop_webhook.id AND w.revision = seen AND c.status = 'running' AND (failing IS NULL OR (
      greatest(w.failing_since, c.status_at) < clock_timestamp() - failing AND w.failing_since IS NOT NULL AND coalesce(w.last_delivered_at < w.failing_since, true)));
  IF NOT FOUND THEN
    COMMIT;
    RETURN;
  END IF;
  PERFORM sluice.set_webhook_status(stop_webhook.id, stop_webhook.status, stop_webhook.reason, NULL);
  PERFORM sluice.open_epoch(0);
  SELECT h.position + 1, greatest(h.recorded_at, clock_timestamp()) INTO STRICT head, at FROM sluice.head() h;
  PERFORM sluice.make_partitions(head);
  INSERT INTO sluice.event_ids VALUES (event_id, head);
  INSERT INTO sluice.events (position, id, tenant, topic, type, key, version, payload, occurred_at, recorded_at)
    VALUES (head, event_id, hook.tenant, '_sluice', 'WebhookPaused', stop_webhook.id::text, 1,
      json_build_object('id', stop_webhook.id, 'name', hook.name, 'status', stop_webhook.status, 'reason', stop_webhook.reason), at, at);
  result := json_build_object('position', head);
  IF notify AND pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_notify('sluice_head', head::text);
  END IF;
  COMMIT;
END $$;
