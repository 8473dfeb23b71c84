-- What somebody decides about a whole consumer: one call each, so that whoever asks and freezes leaves no lock behind.

-- Puts every slot back to `start` (null: the oldest event that is kept) with counters at zero, and forgets the consumer's state and
-- what it has parked. The slots are locked first: a batch under way has committed by then, and what follows sees what it wrote; a
-- later one of the same owner finds its fence gone. `dead` is the number of dead letters; with any, and without `discard_dead`, nothing
-- is changed and `position` is null. Null: there is no such consumer.
CREATE FUNCTION sluice.reset_consumer(consumer text, start bigint, discard_dead boolean, principal text, reason text, details json) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  dead bigint;
  parked bigint;
  keys bigint;
BEGIN
  PERFORM FROM sluice.consumer_slots s WHERE s.consumer = reset_consumer.consumer ORDER BY s.slot FOR UPDATE;
  PERFORM FROM sluice.consumers c WHERE c.name = reset_consumer.consumer FOR NO KEY UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  SELECT count(*) INTO dead FROM sluice.parked_events p WHERE p.consumer = reset_consumer.consumer AND p.status = 'dead';
  IF dead > 0 AND NOT discard_dead THEN
    RETURN json_build_object('dead', dead, 'parked', 0, 'keys', 0, 'position', NULL);
  END IF;
  start := coalesce(start, (SELECT l.earliest_position - 1 FROM sluice.log l));
  UPDATE sluice.consumer_slots s SET position = start, watermark = NULL, owner = NULL, fence = s.fence + 1,
    delivered = 0, skipped = 0, discarded = 0, failed = 0, late = 0 WHERE s.consumer = reset_consumer.consumer;
  DELETE FROM sluice.parked_events p WHERE p.consumer = reset_consumer.consumer;
  GET DIAGNOSTICS parked = ROW_COUNT;
  DELETE FROM sluice.consumer_state s WHERE s.consumer = reset_consumer.consumer;
  GET DIAGNOSTICS keys = ROW_COUNT;
  -- One that was done has something to do again; whether one is paused stays as it was.
  UPDATE sluice.consumers c SET start_position = start, lost = 0, lost_at = NULL, revision = c.revision + 1,
    status = CASE c.status WHEN 'done' THEN 'running' ELSE c.status END, status_at = CASE c.status WHEN 'done' THEN clock_timestamp() ELSE c.status_at END,
    status_reason = CASE c.status WHEN 'done' THEN NULL ELSE c.status_reason END, status_by = CASE c.status WHEN 'done' THEN NULL ELSE c.status_by END
    WHERE c.name = reset_consumer.consumer;
  INSERT INTO sluice.consumer_actions (consumer, action, principal, reason, details) VALUES (reset_consumer.consumer, 'reset', reset_consumer.principal, reset_consumer.reason,
    details::jsonb || jsonb_build_object('position', start::text, 'deadLetters', dead, 'parked', parked - dead, 'keys', keys));
  RETURN json_build_object('dead', dead, 'parked', parked - dead, 'keys', keys, 'position', start::text);
END $$;
--> statement-breakpoint
-- Deletes a consumer with its forks and whatever is kept for them. `served`: gateways work for it, and it is no fork; `dead`: its dead
-- letters, of a fork 0. With either, unless `discard_dead` allows for the latter, nothing is changed and `names` is null. Null: there is
-- no such consumer.
CREATE FUNCTION sluice.delete_consumer(consumer text, discard_dead boolean, principal text, reason text) RETURNS json LANGUAGE plpgsql AS $$
DECLARE
  parent text;
  served boolean;
  dead bigint;
  names text[];
BEGIN
  PERFORM FROM sluice.consumer_slots s WHERE s.consumer = delete_consumer.consumer ORDER BY s.slot FOR UPDATE;
  SELECT c.fork_of INTO parent FROM sluice.consumers c WHERE c.name = delete_consumer.consumer FOR UPDATE;
  IF NOT FOUND THEN
    RETURN NULL;
  END IF;
  served := parent IS NULL AND EXISTS (SELECT FROM sluice.consumer_members m WHERE m.consumer = delete_consumer.consumer AND m.expires_at > clock_timestamp());
  SELECT CASE WHEN parent IS NULL THEN count(*) ELSE 0 END INTO dead FROM sluice.parked_events p WHERE p.consumer = delete_consumer.consumer AND p.status = 'dead';
  IF served OR (dead > 0 AND NOT discard_dead) THEN
    RETURN json_build_object('served', served, 'dead', dead, 'names', NULL);
  END IF;
  SELECT array_agg(c.name ORDER BY c.name) INTO names FROM sluice.consumers c WHERE delete_consumer.consumer IN (c.name, c.fork_of);
  DELETE FROM sluice.consumers c WHERE c.name = delete_consumer.consumer;
  INSERT INTO sluice.consumer_actions (consumer, action, principal, reason, details)
    SELECT name, 'delete', delete_consumer.principal, delete_consumer.reason, json_build_object('names', names, 'deadLetters', dead) FROM unnest(names) name;
  RETURN json_build_object('served', served, 'dead', dead, 'names', names);
END $$;
