CREATE TABLE "commerce"."channel_stock" (
	"tenant" text NOT NULL,
	"channel" text NOT NULL,
	"sku" text NOT NULL,
	"stock" integer NOT NULL,
	"position" bigint NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "channel_stock_tenant_sku_channel_pk" PRIMARY KEY("tenant","sku","channel")
);
--> statement-breakpoint
CREATE TABLE "commerce"."daily_revenue" (
	"tenant" text NOT NULL,
	"day" date NOT NULL,
	"sku" text NOT NULL,
	"currency" text NOT NULL,
	"amount" bigint DEFAULT 0 NOT NULL,
	"units" bigint DEFAULT 0 NOT NULL,
	"orders" bigint DEFAULT 0 NOT NULL,
	"updated_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "daily_revenue_tenant_day_sku_currency_pk" PRIMARY KEY("tenant","day","sku","currency")
);
--> statement-breakpoint
CREATE TABLE "commerce"."fraud_cases" (
	"tenant" text NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"day" date NOT NULL,
	"status" text NOT NULL,
	"window_start" timestamp with time zone NOT NULL,
	"window_end" timestamp with time zone NOT NULL,
	"spent_amount" bigint NOT NULL,
	"spent_currency" text NOT NULL,
	"frozen_at" timestamp with time zone,
	"opened_at" timestamp with time zone DEFAULT now() NOT NULL,
	"cleared_at" timestamp with time zone,
	CONSTRAINT "fraud_cases_tenant_id_pk" PRIMARY KEY("tenant","id"),
	CONSTRAINT "fraud_cases_status" CHECK ("commerce"."fraud_cases"."status" IN ('OPEN', 'CLEARED'))
);
--> statement-breakpoint
CREATE TABLE "commerce"."mails" (
	"tenant" text NOT NULL,
	"id" uuid NOT NULL,
	"customer_id" text NOT NULL,
	"recipient" text NOT NULL,
	"subject" text NOT NULL,
	"sent_at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "mails_tenant_id_pk" PRIMARY KEY("tenant","id")
);
--> statement-breakpoint
ALTER TABLE "commerce"."customers" ADD COLUMN "frozen_at" timestamp with time zone;--> statement-breakpoint
CREATE UNIQUE INDEX "fraud_cases_customer_id" ON "commerce"."fraud_cases" USING btree ("tenant","customer_id","day");--> statement-breakpoint
CREATE INDEX "fraud_cases_opened_at" ON "commerce"."fraud_cases" USING btree ("tenant","opened_at","id");--> statement-breakpoint
CREATE INDEX "mails_sent_at" ON "commerce"."mails" USING btree ("tenant","sent_at","id");