ALTER TABLE "messages" ADD COLUMN "thread_id" text;--> statement-breakpoint
ALTER TABLE "messages" ADD COLUMN "is_thread_gone" boolean DEFAULT false NOT NULL;