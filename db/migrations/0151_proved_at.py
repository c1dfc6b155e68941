"""When the officer of a session last gave the password."""


def up(migrator, db):
    # The default stays in the schema: a session of before has proved nothing lately.
    db.execute_sql('ALTER TABLE "officer_session" ADD COLUMN "proved_at" BIGINT NOT NULL DEFAULT 0')
