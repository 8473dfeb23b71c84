-- Raised when the consumer is to read other event types. A slot has the one of when it was taken: a gateway that still reads the types
-- of before moves no checkpoint past events that it does not know.
ALTER TABLE sluice.consumers ADD COLUMN reads int NOT NULL DEFAULT 1;
--> statement-breakpoint
ALTER TABLE sluice.consumer_slots ADD COLUMN reads int NOT NULL DEFAULT 1;
--> statement-breakpoint
-- Retention waits for the slot that is furthest behind, unless the oldest event that is left for it is older than its consumer may
-- lag. A consumer that lost events before waits no longer than any other; one with nothing left to read needs nothing.
CREATE OR REPLACE FUNCTION sluice.needed_from() RETURNS bigint LANGUAGE sql STABLE AS $$
  SELECT min(behind.position) + 1 FROM (
    SELECT c.max_lag, min(s.position) AS position FROM sluice.consumers c JOIN sluice.consumer_slots s ON s.consumer = c.name
      WHERE c.status <> 'done' GROUP BY c.name
  ) behind, LATERAL (
    SELECT e.recorded_at FROM sluice.events e WHERE e.position > behind.position ORDER BY e.position LIMIT 1
  ) oldest
  WHERE oldest.recorded_at >= clock_timestamp() - behind.max_lag;
$$;
--> statement-breakpoint
-- Notes what retention took of consumers that nobody reads for at present: paused ones, and slots without a live owner. (Whoever reads
-- notes it when it comes there.) Each position is counted once. Gives those of which it was not known yet.
CREATE FUNCTION sluice.note_lost() RETURNS TABLE (consumer text, upto bigint, lost bigint) LANGUAGE sql AS $$
  UPDATE sluice.consumers c SET lost = c.lost + greatest(0, least(behind.upto, c.end_position) - greatest(behind.position, c.lost_upto)), lost_upto = behind.upto, lost_at = clock_timestamp()
    FROM (
      SELECT o.name, l.earliest_position - 1 AS upto, min(s.position) AS position
        FROM sluice.log l CROSS JOIN sluice.consumers o JOIN sluice.consumer_slots s ON s.consumer = o.name
        WHERE o.status <> 'done' AND o.lost_upto < l.earliest_position - 1 AND s.position < least(l.earliest_position - 1, o.end_position)
          AND (o.status = 'paused' OR s.owner IS NULL OR NOT EXISTS (
            SELECT FROM sluice.consumer_members m WHERE m.consumer = s.consumer AND m.gateway = s.owner AND m.expires_at > clock_timestamp()))
        GROUP BY o.name, l.earliest_position
    ) behind
    WHERE c.name = behind.name AND c.lost_upto < behind.upto
    RETURNING c.name, behind.upto, c.lost;
$$;
