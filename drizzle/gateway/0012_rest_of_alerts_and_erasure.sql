-- As in 0010; and what an attempt that was under way during the erasure has written since then: its error, and what its event was tied to.
CREATE OR REPLACE FUNCTION sluice.erase_parked(tenant text, topic text, key text, upto bigint) RETURNS void LANGUAGE sql AS $$
  UPDATE sluice.parked_events p SET payload = 'null', correlation_id = NULL, causation_id = NULL, traceparent = NULL, error = NULL, history = '[]'
    WHERE p.tenant = erase_parked.tenant AND p.topic = erase_parked.topic AND p.key = erase_parked.key AND p.position <= upto
      AND (p.payload::text <> 'null' OR p.error IS NOT NULL OR p.history::text <> '[]'
        OR p.correlation_id IS NOT NULL OR p.causation_id IS NOT NULL OR p.traceparent IS NOT NULL);
$$;
--> statement-breakpoint
-- Dead letters from before there were alerts: only the first of a consumer raises one.
SELECT sluice.raise_alert(first.consumer, 'DeadLettersOpened', json_build_object('position', first.position::text, 'type', first.type)) FROM (
  SELECT DISTINCT ON (p.consumer) p.consumer, p.position, p.type FROM sluice.parked_events p WHERE p.status = 'dead' ORDER BY p.consumer, p.position
) first WHERE NOT EXISTS (SELECT FROM sluice.alerts a WHERE a.key = first.consumer AND a.type = 'DeadLettersOpened');
