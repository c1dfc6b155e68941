"""Lists of money in pages: their indexes end with the id, so that a page of any place is read in
one stretch also where thousands of rows came in the same moment (one statement file)."""


def up(migrator, db):
    db.execute_sql('DROP INDEX "bank_credit_state_received_at"')
    db.execute_sql('CREATE INDEX "bank_credit_state_received_at_id"'
                   ' ON "bank_credit" ("state", "received_at", "id")')
    db.execute_sql('DROP INDEX "refund_state_created_at"')
    db.execute_sql('CREATE INDEX "refund_state_created_at_id"'
                   ' ON "refund" ("state", "created_at", "id")')
    db.execute_sql('CREATE INDEX "refund_ended_at_id" ON "refund" ("ended_at", "id")')
