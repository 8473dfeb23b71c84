-- Retention and erasure: the two ways in which something leaves the log.

-- Partitions of the log. While one is being detached it belongs to the parent for statements that began before, and to
-- nobody's new ones.
CREATE VIEW sluice.partitions AS
SELECT c.relname::text AS name, i.inhdetachpending AS detaching, pg_total_relation_size(c.oid) AS bytes,
  substring(pg_get_expr(c.relpartbound, c.oid) FROM 'FROM \(''?(\d+)''?\)')::bigint AS lower_bound,
  substring(pg_get_expr(c.relpartbound, c.oid) FROM 'TO \(''?(\d+)''?\)')::bigint AS upper_bound
FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'sluice.events'::regclass;
--> statement-breakpoint
-- What retention still has to drop: written with the move of earliest_position, and gone with the table. Only tables named
-- here are ever dropped.
CREATE TABLE sluice.expired_partitions (
  name text PRIMARY KEY,
  upper_bound bigint NOT NULL,
  expired_at timestamptz NOT NULL DEFAULT clock_timestamp()
);
--> statement-breakpoint
-- The hook for durable consumers: the first position that one of them still needs, null when none needs any. Retention
-- never passes it. There are no consumers yet; theirs replaces this function, and decides there how long it waits (G12).
CREATE FUNCTION sluice.needed_from() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT NULL::bigint;
$$;
--> statement-breakpoint
-- Expires the oldest partitions: those whose last event is older than `max_age`, and as many as have to go for the rest to
-- have at most `max_bytes` (null: no such limit). Never the one the head is in, never one with an event younger than `keep`.
-- Moves earliest_position and commits, so that whoever misses an event finds out why; it drops nothing. A procedure that
-- commits, as append: a caller that freezes leaves no lock behind. Gives back how many it expired.
CREATE PROCEDURE sluice.expire(max_age interval, max_bytes bigint, keep interval, INOUT expired int DEFAULT 0) LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
  earliest bigint;
  needed bigint;
  excess numeric;
  part record;
  last_recorded timestamptz;
  cut bigint;
  cut_recorded timestamptz;
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  expired := 0;
  SELECT h.position, l.earliest_position, sluice.needed_from() INTO STRICT head, earliest, needed FROM sluice.log l, sluice.head() h;
  SELECT sum(p.bytes) - max_bytes INTO excess FROM sluice.partitions p WHERE p.upper_bound > earliest;
  FOR part IN SELECT * FROM sluice.partitions p WHERE p.upper_bound > earliest ORDER BY p.lower_bound LOOP
    -- The head only grows, so what is not its partition now never becomes it.
    EXIT WHEN part.upper_bound > head OR part.upper_bound > needed;
    SELECT e.recorded_at INTO last_recorded FROM sluice.events e
      WHERE e.position >= part.lower_bound AND e.position < part.upper_bound ORDER BY e.position DESC LIMIT 1;
    EXIT WHEN last_recorded IS NULL OR last_recorded > clock_timestamp() - keep;
    EXIT WHEN (last_recorded > clock_timestamp() - max_age) IS NOT FALSE AND (excess <= 0) IS NOT FALSE;
    INSERT INTO sluice.expired_partitions (name, upper_bound) VALUES (part.name, part.upper_bound) ON CONFLICT DO NOTHING;
    excess := excess - part.bytes;
    cut := part.upper_bound;
    cut_recorded := last_recorded;
    expired := expired + 1;
  END LOOP;
  IF expired > 0 THEN
    -- With the floor no position below comes back, whatever becomes of the tables.
    UPDATE sluice.log l SET earliest_position = greatest(l.earliest_position, cut),
      floor_position = greatest(l.floor_position, cut - 1),
      floor_recorded_at = CASE WHEN l.floor_position < cut - 1 THEN cut_recorded ELSE l.floor_recorded_at END;
  END IF;
  COMMIT;
END $$;
--> statement-breakpoint
-- Forgets the ids of `most` events of a detached partition, those after `position`. Gives the last position it came to,
-- null at the end.
CREATE FUNCTION sluice.forget_ids(partition text, after bigint, most int) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  reached bigint;
BEGIN
  EXECUTE format('WITH batch AS (SELECT p.position, p.id FROM sluice.%I p WHERE p.position > $1 ORDER BY p.position LIMIT $2),
    gone AS (DELETE FROM sluice.event_ids e USING batch b WHERE e.id = b.id AND e.position = b.position)
    SELECT max(b.position) FROM batch b', partition) INTO reached USING after, most;
  RETURN reached;
END $$;
--> statement-breakpoint
-- Drops an expired partition that has been detached.
CREATE FUNCTION sluice.drop_expired(partition text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF EXISTS (SELECT FROM sluice.partitions p WHERE p.name = partition) THEN
    RAISE EXCEPTION 'sluice.% still belongs to the log', partition;
  END IF;
  DELETE FROM sluice.expired_partitions x WHERE x.name = partition;
  IF FOUND THEN
    EXECUTE format('DROP TABLE IF EXISTS sluice.%I', partition);
  END IF;
END $$;
--> statement-breakpoint
-- Who erased what. Outlives the events, so it has no key, only its hash: whoever asks about a key can compute it.
CREATE TABLE sluice.erasures (
  id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
  tenant text NOT NULL,
  topic text NOT NULL,
  key_sha256 bytea NOT NULL,
  -- Who asked for it; null while callers have no identity.
  principal text,
  reason text,
  begun_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  -- Null: it did not come to its end. Repeat it.
  finished_at timestamptz,
  -- Events that lost their payload, and rows of outbox_rejected that were deleted.
  events bigint NOT NULL DEFAULT 0,
  rejected_rows bigint NOT NULL DEFAULT 0,
  -- Of the event KeyErased, which tells every gateway.
  position bigint
);
--> statement-breakpoint
-- The topic of the gateway's own events is nobody else's.
ALTER TABLE sluice.event_types ADD CONSTRAINT not_internal CHECK (topic <> '_sluice');
--> statement-breakpoint
CREATE OR REPLACE FUNCTION sluice.objection(r sluice.outbox, known sluice.event_types, id_taken boolean) RETURNS text LANGUAGE sql IMMUTABLE AS $$
  SELECT CASE
    WHEN r.aggregatetype = '_sluice' THEN 'topic "_sluice" belongs to the gateway'
    WHEN known.type IS NULL THEN format('unknown event type %L', r.type)
    WHEN r.aggregatetype IS NOT NULL AND r.aggregatetype <> known.topic THEN format('aggregatetype is %L, but %s belongs to topic %L', r.aggregatetype, r.type, known.topic)
    WHEN length(r.tenant) NOT BETWEEN 1 AND 255 THEN 'tenant must have 1 to 255 characters'
    WHEN octet_length(r.payload::text) > 262144 THEN format('payload has %s bytes, at most 262144 are allowed', octet_length(r.payload::text))
    WHEN json_typeof(r.payload) <> 'object' THEN format('payload must be a JSON object, not %s', json_typeof(r.payload))
    WHEN r.payload ->> known.key_field IS NULL THEN format('payload lacks the key field %L', known.key_field)
    WHEN length(r.payload ->> known.key_field) NOT BETWEEN 1 AND 255 THEN format('key field %L must have 1 to 255 characters', known.key_field)
    WHEN r.aggregateid IS NOT NULL AND r.aggregateid <> r.payload ->> known.key_field THEN format('aggregateid is %L, but %s in the payload is %L', r.aggregateid, known.key_field, r.payload ->> known.key_field)
    WHEN r.version < 1 THEN 'version must be 1 or more'
    WHEN NOT isfinite(r.occurred_at) THEN 'occurred_at must be finite'
    WHEN id_taken THEN 'an event with this id is in the log already'
  END;
$$;
--> statement-breakpoint
-- Whether a row of the outbox, or one that was rejected, is about this key. A payload that Postgres cannot read as JSON is
-- looked through as text: what may be about the key is taken to be.
CREATE FUNCTION sluice.is_about(topic text, key text, row_topic text, row_key text, row_type text, payload json) RETURNS boolean LANGUAGE plpgsql STABLE AS $$
DECLARE
  known sluice.event_types;
BEGIN
  SELECT * INTO known FROM sluice.event_types t WHERE t.type = row_type;
  IF is_about.topic IS DISTINCT FROM coalesce(known.topic, row_topic) AND is_about.topic IS DISTINCT FROM row_topic THEN
    RETURN false;
  END IF;
  RETURN coalesce(row_key = is_about.key, false) OR coalesce(is_about.payload ->> known.key_field = is_about.key, false);
EXCEPTION WHEN data_exception OR statement_too_complex THEN
  RETURN coalesce(row_key = is_about.key, false) OR strpos(is_about.payload::text, to_json(is_about.key)::text) > 0;
END $$;
--> statement-breakpoint
-- Takes the payloads of one key out of the log, between two positions: `low` < position <= `high`. What is left of an event
-- is its place, id, tenant, topic, type, key, version and times; its payload is JSON null, which no published event has.
CREATE FUNCTION sluice.erase_range(erasure bigint, tenant text, topic text, key text, low bigint, high bigint) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE
  erased bigint;
BEGIN
  PERFORM set_config('sluice.erasing', 'on', true);
  UPDATE sluice.events e SET payload = 'null', correlation_id = NULL, causation_id = NULL, traceparent = NULL
    WHERE e.position > low AND e.position <= high AND e.tenant = erase_range.tenant AND e.topic = erase_range.topic AND e.key = erase_range.key
      AND e.payload::text <> 'null';
  GET DIAGNOSTICS erased = ROW_COUNT;
  PERFORM set_config('sluice.erasing', 'off', true);
  IF erased > 0 THEN
    UPDATE sluice.erasures x SET events = x.events + erased WHERE x.id = erasure;
  END IF;
  RETURN erased;
END $$;
--> statement-breakpoint
-- The end of an erasure, as one transaction under the head lock: what the outbox holds of the key becomes events, these and
-- all after `scanned` lose their payloads, rejected rows of the key go, and the log gets KeyErased, by which every gateway
-- drops what it holds in memory. Whatever commits after this is new and is kept. Shaped as append is, for the same reasons.
CREATE PROCEDURE sluice.finish_erasure(erasure bigint, tenant text, topic text, key text, scanned bigint, notify boolean, INOUT result json DEFAULT NULL) LANGUAGE plpgsql AS $$
DECLARE
  head bigint;
  at timestamptz;
  present text;
  waiting bigint[];
  drained record;
  event_id uuid := gen_random_uuid();
  rejected bigint;
  total bigint;
BEGIN
  COMMIT;
  SET TRANSACTION ISOLATION LEVEL READ COMMITTED;
  PERFORM pg_advisory_xact_lock(7311, 1);
  PERFORM sluice.open_epoch(0);
  SELECT h.position, greatest(h.recorded_at, clock_timestamp()), sluice.epoch(),
         ARRAY(SELECT o.seq FROM sluice.outbox o WHERE o.tenant = finish_erasure.tenant
           AND sluice.is_about(finish_erasure.topic, finish_erasure.key, o.aggregatetype, o.aggregateid, o.type, o.payload) ORDER BY o.seq)
    INTO STRICT head, at, present, waiting FROM sluice.head() h;
  IF cardinality(waiting) > 0 THEN
    SELECT * INTO STRICT drained FROM sluice.drain(waiting, head, at);
    head := head + drained.moved;
  END IF;
  PERFORM sluice.erase_range(erasure, tenant, topic, key, scanned, head);
  DELETE FROM sluice.outbox_rejected r WHERE r.tenant = finish_erasure.tenant
    AND sluice.is_about(finish_erasure.topic, finish_erasure.key, r.aggregatetype, r.aggregateid, r.type, r.payload);
  GET DIAGNOSTICS rejected = ROW_COUNT;
  head := head + 1;
  PERFORM sluice.make_partitions(head);
  INSERT INTO sluice.event_ids VALUES (event_id, head);
  INSERT INTO sluice.events (position, id, tenant, topic, type, key, version, payload, occurred_at, recorded_at)
    VALUES (head, event_id, tenant, '_sluice', 'KeyErased', key, 1, json_build_object('topic', topic, 'key', key), at, at);
  UPDATE sluice.erasures x SET finished_at = at, rejected_rows = rejected, position = head WHERE x.id = erasure RETURNING x.events INTO total;
  result := json_build_object('position', head, 'epoch', present, 'events', total);
  IF notify AND pg_notification_queue_usage() < 0.5 THEN
    PERFORM pg_notify('sluice_head', head::text);
  END IF;
  COMMIT;
END $$;
