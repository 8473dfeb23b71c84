-- Moves the checkpoints of a consumer's slots, each from where a gateway left it, under the fence with which it took the slot: all of
-- them, or it fails with SLF01 and nothing of the transaction stays. Who has nothing else to write needs none of their own.
CREATE FUNCTION sluice.move_checkpoints(of_consumer text, slots int[], fences bigint[], froms bigint[], tos bigint[], watermarks float8[],
  delivereds int[], skippeds int[], faileds int[], lates int[]) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  moved int;
BEGIN
  UPDATE sluice.consumer_slots s SET position = p.upto, watermark = to_timestamp(p.watermark / 1000),
      delivered = s.delivered + p.delivered, skipped = s.skipped + p.skipped, failed = s.failed + p.failed, late = s.late + p.late
    FROM unnest(slots, fences, froms, tos, watermarks, delivereds, skippeds, faileds, lates)
      AS p(slot, fence, was, upto, watermark, delivered, skipped, failed, late)
    WHERE s.consumer = of_consumer AND s.slot = p.slot AND s.fence = p.fence AND s.position = p.was
      AND s.reads = (SELECT c.reads FROM sluice.consumers c WHERE c.name = of_consumer);
  GET DIAGNOSTICS moved = ROW_COUNT;
  IF moved <> cardinality(slots) THEN
    RAISE EXCEPTION '% slots of % are not this gateway''s any more', cardinality(slots) - moved, of_consumer USING ERRCODE = 'SLF01';
  END IF;
END $$;
