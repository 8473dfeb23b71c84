-- What is there belongs to the tenant "default"; whoever writes a row from here on says whose it is.
ALTER TABLE "commerce"."order_lines" DROP CONSTRAINT "order_lines_order_id_orders_id_fk";
--> statement-breakpoint
ALTER TABLE "commerce"."order_lines" DROP CONSTRAINT "order_lines_sku_products_sku_fk";
--> statement-breakpoint
ALTER TABLE "commerce"."orders" DROP CONSTRAINT "orders_customer_id_customers_id_fk";
--> statement-breakpoint
ALTER TABLE "commerce"."payments" DROP CONSTRAINT "payments_order_id_orders_id_fk";
--> statement-breakpoint
ALTER TABLE "commerce"."payments" DROP CONSTRAINT "payments_customer_id_customers_id_fk";
--> statement-breakpoint
ALTER TABLE "commerce"."subscriptions" DROP CONSTRAINT "subscriptions_customer_id_customers_id_fk";
--> statement-breakpoint
DROP INDEX "commerce"."customers_email";
--> statement-breakpoint
DROP INDEX "commerce"."order_lines_order_id";
--> statement-breakpoint
DROP INDEX "commerce"."orders_customer_id";
--> statement-breakpoint
DROP INDEX "commerce"."orders_status";
--> statement-breakpoint
DROP INDEX "commerce"."payments_order_id";
--> statement-breakpoint
DROP INDEX "commerce"."subscriptions_customer_id";
--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD COLUMN "tenant" text NOT NULL DEFAULT 'default';
--> statement-breakpoint
ALTER TABLE "commerce"."customers" ALTER COLUMN "tenant" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "commerce"."order_lines" ADD COLUMN "tenant" text NOT NULL DEFAULT 'default';
--> statement-breakpoint
ALTER TABLE "commerce"."order_lines" ALTER COLUMN "tenant" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD COLUMN "tenant" text NOT NULL DEFAULT 'default';
--> statement-breakpoint
ALTER TABLE "commerce"."orders" ALTER COLUMN "tenant" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "commerce"."payments" ADD COLUMN "tenant" text NOT NULL DEFAULT 'default';
--> statement-breakpoint
ALTER TABLE "commerce"."payments" ALTER COLUMN "tenant" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD COLUMN "tenant" text NOT NULL DEFAULT 'default';
--> statement-breakpoint
ALTER TABLE "commerce"."products" ALTER COLUMN "tenant" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "commerce"."subscriptions" ADD COLUMN "tenant" text NOT NULL DEFAULT 'default';
--> statement-breakpoint
ALTER TABLE "commerce"."subscriptions" ALTER COLUMN "tenant" DROP DEFAULT;
--> statement-breakpoint
ALTER TABLE "commerce"."customers" DROP CONSTRAINT "customers_pkey";
--> statement-breakpoint
ALTER TABLE "commerce"."order_lines" DROP CONSTRAINT "order_lines_pkey";
--> statement-breakpoint
ALTER TABLE "commerce"."orders" DROP CONSTRAINT "orders_pkey";
--> statement-breakpoint
ALTER TABLE "commerce"."payments" DROP CONSTRAINT "payments_pkey";
--> statement-breakpoint
ALTER TABLE "commerce"."products" DROP CONSTRAINT "products_pkey";
--> statement-breakpoint
ALTER TABLE "commerce"."subscriptions" DROP CONSTRAINT "subscriptions_pkey";
--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD CONSTRAINT "customers_tenant_id_pk" PRIMARY KEY("tenant","id");
--> statement-breakpoint
ALTER TABLE "commerce"."order_lines" ADD CONSTRAINT "order_lines_tenant_id_pk" PRIMARY KEY("tenant","id");
--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_tenant_id_pk" PRIMARY KEY("tenant","id");
--> statement-breakpoint
ALTER TABLE "commerce"."payments" ADD CONSTRAINT "payments_tenant_id_pk" PRIMARY KEY("tenant","id");
--> statement-breakpoint
ALTER TABLE "commerce"."products" ADD CONSTRAINT "products_tenant_sku_pk" PRIMARY KEY("tenant","sku");
--> statement-breakpoint
ALTER TABLE "commerce"."subscriptions" ADD CONSTRAINT "subscriptions_tenant_id_pk" PRIMARY KEY("tenant","id");
--> statement-breakpoint
ALTER TABLE "commerce"."order_lines" ADD CONSTRAINT "order_lines_tenant_order_id_orders_tenant_id_fk" FOREIGN KEY ("tenant","order_id") REFERENCES "commerce"."orders"("tenant","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "commerce"."order_lines" ADD CONSTRAINT "order_lines_tenant_sku_products_tenant_sku_fk" FOREIGN KEY ("tenant","sku") REFERENCES "commerce"."products"("tenant","sku") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "commerce"."orders" ADD CONSTRAINT "orders_tenant_customer_id_customers_tenant_id_fk" FOREIGN KEY ("tenant","customer_id") REFERENCES "commerce"."customers"("tenant","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "commerce"."payments" ADD CONSTRAINT "payments_tenant_order_id_orders_tenant_id_fk" FOREIGN KEY ("tenant","order_id") REFERENCES "commerce"."orders"("tenant","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "commerce"."payments" ADD CONSTRAINT "payments_tenant_customer_id_customers_tenant_id_fk" FOREIGN KEY ("tenant","customer_id") REFERENCES "commerce"."customers"("tenant","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
ALTER TABLE "commerce"."subscriptions" ADD CONSTRAINT "subscriptions_tenant_customer_id_customers_tenant_id_fk" FOREIGN KEY ("tenant","customer_id") REFERENCES "commerce"."customers"("tenant","id") ON DELETE no action ON UPDATE no action;
--> statement-breakpoint
CREATE UNIQUE INDEX "customers_email" ON "commerce"."customers" USING btree ("tenant",lower("email"));
--> statement-breakpoint
CREATE INDEX "order_lines_order_id" ON "commerce"."order_lines" USING btree ("tenant","order_id");
--> statement-breakpoint
CREATE INDEX "orders_customer_id" ON "commerce"."orders" USING btree ("tenant","customer_id","status","placed_at","id");
--> statement-breakpoint
CREATE INDEX "orders_status" ON "commerce"."orders" USING btree ("tenant","status","placed_at","id");
--> statement-breakpoint
CREATE INDEX "payments_order_id" ON "commerce"."payments" USING btree ("tenant","order_id");
--> statement-breakpoint
CREATE INDEX "subscriptions_customer_id" ON "commerce"."subscriptions" USING btree ("tenant","customer_id");
