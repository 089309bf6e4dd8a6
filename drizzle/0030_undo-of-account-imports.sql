CREATE TABLE "account_import_undo" (
	"plan_id" bigint NOT NULL,
	"account_id" integer NOT NULL,
	"username" text,
	"model_id" integer,
	"vps_id" integer,
	"label" text,
	"notes" text,
	"waiting_since" timestamp with time zone,
	"held_at" timestamp with time zone,
	"removed_at" timestamp with time zone,
	"proxy_id" integer,
	"version_after" integer NOT NULL,
	"at" timestamp with time zone DEFAULT now() NOT NULL,
	CONSTRAINT "account_import_undo_plan_id_account_id_pk" PRIMARY KEY("plan_id","account_id")
);
--> statement-breakpoint
-- Every value that an import can set counts, so that an undo recognizes an account that was changed since.
DROP TRIGGER accounts_version ON accounts;
--> statement-breakpoint
CREATE TRIGGER accounts_version BEFORE UPDATE ON accounts FOR EACH ROW
  WHEN ((OLD.username, OLD.model_id, OLD.vps_id, OLD.label, OLD.notes, OLD.held_at, OLD.removed_at)
    IS DISTINCT FROM (NEW.username, NEW.model_id, NEW.vps_id, NEW.label, NEW.notes, NEW.held_at, NEW.removed_at))
  EXECUTE FUNCTION count_version();
