-- What gateways tell each other of an endpoint, what is kept of decisions, and parked events of an erased key.

-- Nothing is sent to the endpoint before held_until. held_asked: it has asked for that; otherwise it took nothing time after time, held_opened
-- times in a row. held_by is the gateway that found out.
ALTER TABLE sluice.webhooks ADD COLUMN held_until timestamptz, ADD COLUMN held_asked boolean NOT NULL DEFAULT false,
  ADD COLUMN held_opened int NOT NULL DEFAULT 0, ADD COLUMN held_by uuid;
--> statement-breakpoint
-- Gateways look for them every second.
CREATE INDEX webhooks_held ON sluice.webhooks (held_until) WHERE held_until IS NOT NULL;
--> statement-breakpoint
-- Old decisions are forgotten by age.
CREATE INDEX consumer_actions_at ON sluice.consumer_actions (at);
--> statement-breakpoint
-- For erasures.
CREATE INDEX parked_events_key ON sluice.parked_events (tenant, topic, key, position);
--> statement-breakpoint
-- Takes what was said under a key out of its parked events up to a position: payload, what ties them to others, and errors, which may quote it.
CREATE FUNCTION sluice.erase_parked(tenant text, topic text, key text, upto bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE sluice.parked_events p SET payload = 'null', correlation_id = NULL, causation_id = NULL, traceparent = NULL, error = NULL, history = '[]'
    WHERE p.tenant = erase_parked.tenant AND p.topic = erase_parked.topic AND p.key = erase_parked.key AND p.position <= upto AND p.payload::text <> 'null';
$$;
--> statement-breakpoint
-- As in 0003, and parked events of the key lose their payloads in the same transaction, whether or not a gateway runs their consumer.
CREATE OR REPLACE PROCEDURE sluice.complete_erasure(erasure bigint, tenant text, topic text, key text, scanned bigint, notify boolean, INOUT result json DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
  at timestamptz;
  present text;
  begun timestamptz;
  waiting bigint[];
  drained record;
  event_id uuid := gen_random_uuid();
  rejected bigint;
  total bigint;
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  PERFORM pg_advisory_xact_lock(7311, 1);
  PERFORM set_config('lock_timeout', '500ms', true);
  PERFORM sluice.open_epoch(0);
  SELECT h.position, greatest(h.recorded_at, clock_timestamp()), sluice.epoch(),
         (SELECT x.begun_at - interval '1 minute' FROM sluice.erasures x WHERE x.id = erasure),
         ARRAY(SELECT o.seq FROM sluice.outbox o WHERE o.tenant = complete_erasure.tenant
           AND sluice.is_about(complete_erasure.topic, complete_erasure.key, o.aggregatetype, o.aggregateid, o.type, o.payload) ORDER BY o.seq)
    INTO STRICT head, at, present, begun, waiting FROM sluice.head() h;
  IF cardinality(waiting) > 0 THEN
    SELECT * INTO STRICT drained FROM sluice.drain(waiting, head, at);
    head := head + drained.moved;
  END IF;
  PERFORM sluice.erase_range(erasure, tenant, topic, key, scanned, head);
  PERFORM sluice.erase_parked(tenant, topic, key, head);
  DELETE FROM sluice.outbox_rejected r WHERE r.rejected_at >= begun AND r.tenant = complete_erasure.tenant
    AND sluice.is_about(complete_erasure.topic, complete_erasure.key, r.aggregatetype, r.aggregateid, r.type, r.payload);
  GET DIAGNOSTICS rejected = ROW_COUNT;
  head := head + 1;
  PERFORM sluice.make_partitions(head);
  INSERT INTO sluice.event_ids VALUES (event_id, head);
  INSERT INTO sluice.events (position, id, tenant, topic, type, key, version, payload, occurred_at, recorded_at)
    VALUES (head, event_id, tenant, '_sluice', 'KeyErased', key, 1, json_build_object('topic', topic, 'key', key), at, at);
  UPDATE sluice.erasures x SET finished_at = at, rejected_rows = x.rejected_rows + rejected, position = head WHERE x.id = erasure RETURNING x.events INTO total;
  result := json_build_object('position', head, 'epoch', present, 'events', total);
  IF notify AND pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_notify('sluice_head', head::text);
  END IF;
  COMMIT;
END $$;
