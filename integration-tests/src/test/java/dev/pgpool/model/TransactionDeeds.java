package dev.pgpool.model;

import static dev.pgpool.model.SettingDeeds.pick;

import java.sql.Connection;
import java.sql.ResultSet;
import java.util.List;
import java.util.Random;

/** Deeds that begin, end and divide transactions, and JDBC's own settings. */
final class TransactionDeeds {
    private static final List<String> BEGIN = List.of(
            "begin",
            "start transaction isolation level serializable",
            "begin read only",
            "begin; set local lock_timeout = 77000",
            "begin; create temp table passing (x int) on commit drop");

    private static final List<String> END =
            List.of("commit", "end", "rollback", "abort", "commit and chain", "rollback and chain");

    private static final List<String> SAVEPOINT = List.of(
            "savepoint s1", "savepoint s2", "rollback to s1", "rollback to savepoint s2", "release s1", "release s2");

    private TransactionDeeds() {}

    static Deed any(Random random) {
        int number = random.nextInt(1000);
        return switch (random.nextInt(16)) {
            case 0, 1, 2 ->
                ending("setAutoCommit(false)", session -> session.connection().setAutoCommit(false))
                        .inTransactionsOnly();
            case 3 ->
                ending("setAutoCommit(true)", session -> session.connection().setAutoCommit(true));
            case 4, 5, 6 -> ending("commit()", session -> session.connection().commit());
            case 7, 8 -> ending("rollback()", session -> session.connection().rollback());
            case 9 -> Deed.sql(pick(random, BEGIN)).inTransactionsOnly();
            case 10, 11 -> end(pick(random, END));
            case 12 -> Deed.sql(pick(random, SAVEPOINT));
            case 13 -> new Deed("setSavepoint()", false, Session::setSavepoint);
            case 14 -> new Deed("rollback(savepoint)", false, session -> session.rollbackTo(number));
            default -> new Deed("releaseSavepoint(…)", false, session -> session.release(number));
        };
    }

    private static Deed end(String sql) {
        return sql.endsWith("chain") ? Deed.sql(sql).inTransactionsOnly() : Deed.sql(sql);
    }

    private static Deed ending(String text, Deed.Call call) {
        return Deed.call(text, session -> {
            session.forgetSavepoints();
            call.on(session);
        });
    }

    /** JDBC's setters. */
    static Deed setter(Random random) {
        int number = random.nextInt(1000);
        String schema = List.of("tenant_a", "tenant_b", "public", "no where").get(number % 4);
        int isolation = 1 << (number % 4);
        boolean flag = number % 2 == 0;
        int holdability = flag ? ResultSet.HOLD_CURSORS_OVER_COMMIT : ResultSet.CLOSE_CURSORS_AT_COMMIT;
        return switch (random.nextInt(8)) {
            case 0, 1 ->
                Deed.inTransaction(
                        "setSchema " + schema, session -> session.connection().setSchema(schema));
            case 2 ->
                Deed.call("setReadOnly " + flag, session -> session.connection().setReadOnly(flag));
            case 3 ->
                Deed.call(
                        "setTransactionIsolation " + isolation,
                        session -> session.connection().setTransactionIsolation(isolation));
            case 4, 5 ->
                Deed.inTransaction(
                        "setClientInfo app " + number,
                        session -> session.connection().setClientInfo("ApplicationName", "app " + number));
            case 6 ->
                Deed.call(
                        "setHoldability " + holdability,
                        session -> session.connection().setHoldability(holdability));
            default ->
                Deed.call("setNetworkTimeout " + (60_000 + number), session -> {
                    Connection connection = session.connection();
                    connection.setNetworkTimeout(Runnable::run, 60_000 + number);
                });
        };
    }
}
