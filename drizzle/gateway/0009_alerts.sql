-- Alerts: what an administrator is to be told of. An alert is written here in the transaction of what it tells of, and becomes an event
-- of the gateway's own topic within a second (tell_alerts), as an outbox row does: no transaction of a batch takes the head lock.

CREATE TABLE sluice.alerts (
  -- Of the event.
  id uuid PRIMARY KEY DEFAULT gen_random_uuid(),
  tenant text NOT NULL,
  -- ConsumerLagged, ConsumerPaused, DeadLettersOpened, WebhookPaused: see src/event/alert.ts.
  type text NOT NULL,
  -- Name of the consumer.
  key text NOT NULL,
  payload json NOT NULL,
  at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Of the event; null: it is not in the log yet. Rows go when retention has taken their event.
  position bigint
);
--> statement-breakpoint
-- Of what waits, one of a kind and consumer: the latest.
CREATE UNIQUE INDEX alerts_waiting ON sluice.alerts (key, type) WHERE position IS NULL;
--> statement-breakpoint
CREATE INDEX alerts_told ON sluice.alerts (tenant, position) WHERE position IS NOT NULL;
--> statement-breakpoint
-- Says in the caller's transaction that something is wrong with a consumer. Whoever operates it is told: its tenant, or `default`.
CREATE FUNCTION sluice.raise_alert(consumer text, type text, details json) RETURNS void LANGUAGE sql AS $$
  INSERT INTO sluice.alerts (tenant, type, key, payload)
    SELECT coalesce(c.tenant, 'default'), raise_alert.type, c.name, (jsonb_build_object('consumer', c.name, 'webhook', (
      SELECT json_build_object('id', w.id, 'name', w.name) FROM sluice.webhooks w WHERE 'webhook:' || w.id = c.name)) || raise_alert.details::jsonb)::json
    FROM sluice.consumers c WHERE c.name = raise_alert.consumer
    ON CONFLICT (key, type) WHERE position IS NULL DO UPDATE SET payload = excluded.payload, at = excluded.at;
$$;
--> statement-breakpoint
-- Moves alerts that wait into the log, `most` of them, the oldest first. Gives how many. One that a transaction under way has changed waits for the next
-- time. Shaped as append is.
CREATE PROCEDURE sluice.tell_alerts(most int, notify boolean, INOUT told int DEFAULT 0) LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
  recorded timestamptz;
  alert sluice.alerts;
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  PERFORM pg_advisory_xact_lock(7311, 1);
  PERFORM set_config('lock_timeout', '500ms', true);
  told := 0;
  PERFORM sluice.open_epoch(0);
  SELECT h.position, greatest(h.recorded_at, clock_timestamp()) INTO STRICT head, recorded FROM sluice.head() h;
  FOR alert IN SELECT * FROM sluice.alerts a WHERE a.position IS NULL ORDER BY a.at, a.id LIMIT most FOR UPDATE SKIP LOCKED LOOP
    head := head + 1;
    told := told + 1;
    PERFORM sluice.make_partitions(head);
    INSERT INTO sluice.event_ids VALUES (alert.id, head);
    INSERT INTO sluice.events (position, id, tenant, topic, type, key, version, payload, occurred_at, recorded_at)
      VALUES (head, alert.id, alert.tenant, '_sluice', alert.type, alert.key, 1, alert.payload, least(alert.at, recorded), recorded);
    UPDATE sluice.alerts a SET position = head WHERE a.id = alert.id;
  END LOOP;
  IF told > 0 THEN
    DELETE FROM sluice.alerts a WHERE a.position < (SELECT l.earliest_position FROM sluice.log l);
    IF notify AND pg_notification_queue_usage() < 0.5 THEN
      PERFORM pg_notify('sluice_head', head::text);
    END IF;
  END IF;
  COMMIT;
END $$;
--> statement-breakpoint
-- Since when a consumer is LAGGED: it lost events, and since then it was neither reset nor resumed by somebody. And when its alert was last raised.
ALTER TABLE sluice.consumers ADD COLUMN lagged_since timestamptz, ADD COLUMN lag_alert_at timestamptz;
--> statement-breakpoint
UPDATE sluice.consumers SET lagged_since = coalesce(lost_at, clock_timestamp()), lag_alert_at = clock_timestamp() WHERE lost > 0;
--> statement-breakpoint
-- Whoever notes what was lost. It is told at once, and once a day while more is lost and nobody has said that they know: partitions may go every minute.
CREATE FUNCTION sluice.mark_lagged() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF NEW.lost > OLD.lost THEN
    IF OLD.lagged_since IS NULL OR OLD.lag_alert_at IS NULL OR OLD.lag_alert_at < clock_timestamp() - interval '1 day' THEN
      NEW.lag_alert_at := clock_timestamp();
      PERFORM sluice.raise_alert(NEW.name, 'ConsumerLagged', json_build_object('lost', NEW.lost, 'upto', NEW.lost_upto::text));
    END IF;
    NEW.lagged_since := coalesce(OLD.lagged_since, clock_timestamp());
  ELSIF NEW.lost = 0 THEN
    NEW.lagged_since := NULL;
    NEW.lag_alert_at := NULL;
  END IF;
  RETURN NEW;
END $$;
--> statement-breakpoint
CREATE TRIGGER mark_lagged BEFORE UPDATE OF lost ON sluice.consumers FOR EACH ROW WHEN (NEW.lost IS DISTINCT FROM OLD.lost) EXECUTE FUNCTION sluice.mark_lagged();
--> statement-breakpoint
-- Says that a consumer has dead letters, if it had none before these, which the caller's transaction has just written.
CREATE FUNCTION sluice.alert_dead_letters(consumer text, positions bigint[]) RETURNS void LANGUAGE sql AS $$
  SELECT sluice.raise_alert(first.consumer, 'DeadLettersOpened', json_build_object('position', first.position::text, 'type', first.type)) FROM (
    SELECT p.consumer, p.position, p.type FROM sluice.parked_events p
      WHERE p.consumer = alert_dead_letters.consumer AND p.position = ANY (positions) AND p.status = 'dead' ORDER BY p.position LIMIT 1
  ) first
  WHERE NOT EXISTS (SELECT FROM sluice.parked_events o WHERE o.consumer = first.consumer AND o.status = 'dead' AND o.position <> ALL (positions));
$$;
--> statement-breakpoint
-- As in 0006; and who has a webhook go on says that they know what it lost.
CREATE OR REPLACE FUNCTION sluice.set_webhook_status(id uuid, status text, reason text, by text) RETURNS boolean LANGUAGE plpgsql AS $$
DECLARE
  changed bigint := sluice.change_webhooks();
  at timestamptz := clock_timestamp();
  follows text := CASE WHEN set_webhook_status.status = 'ENABLED' THEN 'running' ELSE 'paused' END;
BEGIN
  UPDATE sluice.consumers c SET status = follows, status_reason = reason, status_by = by, status_at = at, revision = c.revision + 1,
      lagged_since = CASE WHEN follows = 'running' THEN NULL ELSE c.lagged_since END
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
-- As in 0006, with an alert in place of the event: it needs the head lock no more. `result` is null when nothing has happened.
CREATE OR REPLACE PROCEDURE sluice.stop_webhook(id uuid, seen bigint, status text, reason text, failing interval, notify boolean, INOUT result json DEFAULT NULL) LANGUAGE plpgsql AS $$
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  PERFORM set_config('lock_timeout', '500ms', true);
  result := NULL;
  -- As every change begins, so that two of them never wait for each other.
  PERFORM FROM sluice.webhook_changes FOR UPDATE;
  PERFORM FROM sluice.webhooks w JOIN sluice.consumers c ON c.name = 'webhook:' || w.id
    WHERE w.id = stop_webhook.id AND w.revision = seen AND c.status = 'running' AND (failing IS NULL OR (
      greatest(w.failing_since, c.status_at) < clock_timestamp() - failing AND w.failing_since IS NOT NULL AND coalesce(w.last_delivered_at < w.failing_since, true)));
  IF FOUND THEN
    PERFORM sluice.set_webhook_status(stop_webhook.id, stop_webhook.status, stop_webhook.reason, NULL);
    PERFORM sluice.raise_alert('webhook:' || stop_webhook.id, 'WebhookPaused', json_build_object('status', stop_webhook.status, 'reason', stop_webhook.reason));
    result := json_build_object('stopped', true);
  END IF;
  COMMIT;
END $$;
