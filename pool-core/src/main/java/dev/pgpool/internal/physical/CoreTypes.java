package dev.pgpool.internal.physical;

import org.postgresql.core.Oid;

/** The types that pgjdbc knows without asking the server. */
final class CoreTypes {
    private CoreTypes() {}

    static boolean contains(int oid) {
        return switch (oid) {
            case Oid.BOOL,
                    Oid.BYTEA,
                    Oid.CHAR,
                    Oid.NAME,
                    Oid.INT8,
                    Oid.INT2,
                    Oid.INT4,
                    Oid.TEXT,
                    Oid.OID,
                    Oid.JSON,
                    Oid.FLOAT4,
                    Oid.FLOAT8,
                    Oid.BPCHAR,
                    Oid.VARCHAR,
                    Oid.DATE,
                    Oid.TIME,
                    Oid.TIMETZ,
                    Oid.TIMESTAMP,
                    Oid.TIMESTAMPTZ,
                    Oid.NUMERIC,
                    Oid.UUID,
                    Oid.JSONB -> true;
            default -> false;
        };
    }
}
