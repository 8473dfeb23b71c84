ALTER TABLE "commerce"."orders" ADD COLUMN "shipment_carrier" text;--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD COLUMN "shipment_tracking_number" text;--> statement-breakpoint
ALTER TABLE "commerce"."payments" ADD COLUMN "reason" text;--> statement-breakpoint
CREATE INDEX "orders_status" ON "commerce"."orders" USING btree ("status","placed_at","id");--> statement-breakpoint
CREATE INDEX "requests_created_at" ON "commerce"."requests" USING btree ("created_at");