-- Erasure: what a rejected row says of its key also when its type is unknown, and less under the head lock. `finish_erasure`
-- stays for gateways of the version before.

-- As in 0001, but a row is left alone only when its topic is said or known, and is another. What says neither, and what is of
-- a type that nobody knows, is looked through for the key under every name that the topic has for it.
CREATE OR REPLACE FUNCTION sluice.is_about(topic text, key text, row_topic text, row_key text, row_type text, payload json) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  known_topic text := (SELECT t.topic FROM sluice.event_types t WHERE t.type = row_type);
BEGIN
  IF coalesce(known_topic, row_topic) IS NOT NULL AND is_about.topic IS DISTINCT FROM known_topic AND is_about.topic IS DISTINCT FROM row_topic THEN
    RETURN false;
  END IF;
  RETURN coalesce(row_key = is_about.key, false) OR EXISTS (
    SELECT FROM sluice.event_types t WHERE (t.topic = is_about.topic OR t.type = row_type) AND is_about.payload ->> t.key_field = is_about.key);
EXCEPTION WHEN data_exception OR statement_too_complex THEN
  RETURN coalesce(row_key = is_about.key, false) OR strpos(is_about.payload::text, to_json(is_about.key)::text) > 0;
END $$;
--> statement-breakpoint
CREATE INDEX outbox_rejected_at ON sluice.outbox_rejected (rejected_at);
--> statement-breakpoint
-- Notes an erasure. It waits for the head lock, so that what appends before it have rejected can be seen by what follows, and
-- what later ones reject has a time after `begun_at`. Shaped as append is.
CREATE PROCEDURE sluice.begin_erasure(tenant text, topic text, key_sha256 bytea, principal text, reason text, INOUT erasure bigint DEFAULT NULL) LANGUAGE plpgsql AS $$
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  PERFORM pg_advisory_xact_lock(7311, 1);
  INSERT INTO sluice.erasures AS x (tenant, topic, key_sha256, principal, reason)
    VALUES (begin_erasure.tenant, begin_erasure.topic, begin_erasure.key_sha256, begin_erasure.principal, begin_erasure.reason)
    RETURNING x.id INTO erasure;
  COMMIT;
END $$;
--> statement-breakpoint
-- Deletes rejected rows of the key among `most` rows after `after`, by seq, without the head lock. Gives the last seq it looked
-- at, null at the end. Fails (55P03) when somebody else holds such a row for two seconds.
CREATE FUNCTION sluice.erase_rejected(erasure bigint, tenant text, topic text, key text, after bigint, most int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  reached bigint;
  erased bigint;
BEGIN
  PERFORM set_config('lock_timeout', '2s', true);
  SELECT max(page.seq) INTO reached FROM (SELECT r.seq FROM sluice.outbox_rejected r WHERE r.seq > after ORDER BY r.seq LIMIT most) page;
  DELETE FROM sluice.outbox_rejected r WHERE r.seq > after AND r.seq <= reached AND r.tenant = erase_rejected.tenant
    AND sluice.is_about(erase_rejected.topic, erase_rejected.key, r.aggregatetype, r.aggregateid, r.type, r.payload);
  GET DIAGNOSTICS erased = ROW_COUNT;
  IF erased > 0 THEN
    UPDATE sluice.erasures x SET rejected_rows = x.rejected_rows + erased WHERE x.id = erasure;
  END IF;
  RETURN reached;
END $$;
--> statement-breakpoint
-- The end of an erasure, in place of finish_erasure: of the rejected rows it looks only at those rejected since it began (or a
-- minute before, for a clock that was set back), and it waits half a second at most for a row that somebody else holds:
-- then it fails (55P03), nothing of it has happened, and appends go on.
CREATE PROCEDURE sluice.complete_erasure(erasure bigint, tenant text, topic text, key text, scanned bigint, notify boolean, INOUT result json DEFAULT NULL) LANGUAGE plpgsql AS $$
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
