-- Of a pause, how much of it the endpoint has asked for, and which gateway knows that: another gateway's longer one, for failures, says nothing of it.
-- It holds while held_until is set, and is never later than that.
ALTER TABLE sluice.webhooks ADD COLUMN held_asked_until timestamptz, ADD COLUMN held_asked_by uuid;
--> statement-breakpoint
UPDATE sluice.webhooks SET held_asked_until = held_until, held_asked_by = held_by WHERE held_asked;
--> statement-breakpoint
ALTER TABLE sluice.webhooks DROP COLUMN held_asked;
