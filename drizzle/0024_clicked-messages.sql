CREATE TABLE "clicked_messages" (
	"message_id" text PRIMARY KEY NOT NULL,
	"channel_id" text NOT NULL,
	"components" jsonb NOT NULL
);
