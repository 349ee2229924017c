package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.util.Map;
import java.util.TreeMap;

/** {@link DatabaseMetaData}, compared result by result with that of plain pgjdbc. */
@Conformance(schema = """
                create schema shop;
                create type shop.colour as enum ('red', 'green');
                create type shop.size as (width int, height int);
                create domain shop.email as text check (value like '%@%');
                create table shop.customer (id bigserial primary key, mail shop.email not null unique,
                    name varchar(80) default 'nobody', "Odd Name" numeric(10, 2));
                comment on table shop.customer is 'who buys';
                comment on column shop.customer.name is 'how they are called';
                create table shop.invoice (customer_id bigint references shop.customer on delete cascade,
                    number int, paid timestamptz, tags text[], colour shop.colour, doc jsonb,
                    total numeric(12, 3) generated always as (number * 1.5) stored, primary key (customer_id, number));
                create index invoice_paid on shop.invoice (paid desc, number);
                create view shop.unpaid as select * from shop.invoice where paid is null;
                create materialized view shop.totals as select customer_id, sum(total) from shop.invoice group by 1;
                create function shop.add(a int, b int default 2, out c int) language sql as 'select a + b';
                create function shop.listing(lowest int) returns setof shop.customer language sql as
                    'select * from shop.customer where id >= lowest';
                create procedure shop.clean(inout n int) language sql as 'select n';
                grant select on shop.customer to public;
                """)
final class MetadataIT {
    /** A result of metadata. */
    @FunctionalInterface
    private interface Listing {
        ResultSet of(DatabaseMetaData metadata) throws SQLException;
    }

    private static void assertListsAlike(Subject subject, Listing listing) throws Exception {
        subject.assertSameAsPlain(connection -> {
            try (ResultSet result = listing.of(connection.getMetaData())) {
                ResultSetMetaData columns = result.getMetaData();
                StringBuilder text = new StringBuilder();
                for (int column = 1; column <= columns.getColumnCount(); column++) {
                    text.append(columns.getColumnLabel(column)).append(' ');
                    text.append(columns.getColumnTypeName(column)).append(',');
                }
                text.append('\n').append(String.join("\n", Jdbc.rows(result)));
                return text.toString();
            }
        });
    }

    private static void assertListsSomethingAlike(Subject subject, Listing listing) throws Exception {
        try (ResultSet result = listing.of(subject.openPlain().getMetaData())) {
            assertTrue(result.next(), "nothing to compare");
        }
        assertListsAlike(subject, listing);
    }

    @Conforms
    void every_fact_without_arguments(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            Map<String, String> facts = new TreeMap<>();
            DatabaseMetaData metadata = connection.getMetaData();
            for (Method method : DatabaseMetaData.class.getMethods()) {
                Class<?> type = method.getReturnType();
                if (method.getParameterCount() == 0 && (type.isPrimitive() || type == String.class)) {
                    facts.put(method.getName(), fact(metadata, method));
                }
            }
            assertTrue(facts.size() > 100, facts::toString);
            return String.join(
                    "\n", facts.entrySet().stream().map(Object::toString).toList());
        });
    }

    @Conforms
    void every_fact_with_a_number(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            Map<String, String> facts = new TreeMap<>();
            DatabaseMetaData metadata = connection.getMetaData();
            for (Method method : DatabaseMetaData.class.getMethods()) {
                if (method.getParameterCount() == 1 && method.getParameterTypes()[0] == int.class) {
                    for (int argument : new int[] {0, 1, 2, 4, 8, 1003, 1004, 1005, 1007, 1008}) {
                        facts.put(method.getName() + argument, fact(metadata, method, argument));
                    }
                }
            }
            assertFalse(facts.isEmpty());
            return facts.toString();
        });
    }

    private static String fact(DatabaseMetaData metadata, Method method, Object... arguments) throws Exception {
        try {
            return String.valueOf(method.invoke(metadata, arguments));
        } catch (InvocationTargetException e) {
            SQLException failure = (SQLException) e.getCause();
            return failure.getSQLState() + failure.getMessage();
        }
    }

    @Conforms
    void the_url_is_one_of_postgresql(Subject subject) throws SQLException {
        String url = subject.open().getMetaData().getURL();
        assertTrue(url.startsWith("jdbc:postgresql://"), url);
        assertFalse(url.contains("pool."), url);
        assertFalse(url.contains("password"), url);
    }

    @Conforms
    void the_connection_of_the_metadata_is_the_one_it_came_from(Connection connection) throws SQLException {
        assertSame(connection, connection.getMetaData().getConnection());
    }

    @Conforms
    void metadata_lists_are_read_as_other_results(Connection connection) throws SQLException {
        try (ResultSet tables = connection.getMetaData().getTables(null, "shop", "customer", null)) {
            assertTrue(tables.next());
            assertEquals("customer", tables.getString("TABLE_NAME"));
            assertEquals("who buys", tables.getString("REMARKS"));
            assertSame(connection, tables.getStatement().getConnection());
        }
    }

    @Conforms
    void lists_stay_readable_side_by_side(Connection connection) throws SQLException {
        DatabaseMetaData metadata = connection.getMetaData();
        try (ResultSet tables = metadata.getTables(null, "shop", "%", new String[] {"TABLE"})) {
            int columns = 0;
            while (tables.next()) {
                try (ResultSet of = metadata.getColumns(null, "shop", tables.getString("TABLE_NAME"), "%")) {
                    while (of.next()) {
                        columns++;
                    }
                }
            }
            assertEquals(11, columns);
        }
    }

    @Conforms
    void tables(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, metadata -> metadata.getTables(null, "shop", "%", null));
        assertListsSomethingAlike(
                subject, metadata -> metadata.getTables(null, null, "cust%", new String[] {"TABLE", "VIEW"}));
        assertListsAlike(subject, metadata -> metadata.getTables("nowhere", "x", "y", new String[] {"TABLE"}));
    }

    @Conforms
    void columns(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, metadata -> metadata.getColumns(null, "shop", "%", "%"));
        assertListsSomethingAlike(subject, metadata -> metadata.getColumns(null, null, "customer", "Odd%"));
    }

    @Conforms
    void primary_keys(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, metadata -> metadata.getPrimaryKeys(null, "shop", "invoice"));
    }

    @Conforms
    void foreign_keys(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, metadata -> metadata.getImportedKeys(null, "shop", "invoice"));
        assertListsSomethingAlike(subject, metadata -> metadata.getExportedKeys(null, "shop", "customer"));
        assertListsSomethingAlike(
                subject, metadata -> metadata.getCrossReference(null, "shop", "customer", null, "shop", "invoice"));
    }

    @Conforms
    void indexes(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, metadata -> metadata.getIndexInfo(null, "shop", "invoice", false, true));
        assertListsSomethingAlike(subject, metadata -> metadata.getIndexInfo(null, "shop", "customer", true, false));
    }

    @Conforms
    void functions_and_procedures(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, metadata -> metadata.getFunctions(null, "shop", "%"));
        assertListsSomethingAlike(subject, metadata -> metadata.getFunctionColumns(null, "shop", "%", "%"));
        assertListsSomethingAlike(subject, metadata -> metadata.getProcedures(null, "shop", "%"));
        assertListsSomethingAlike(subject, metadata -> metadata.getProcedureColumns(null, "shop", "%", "%"));
    }

    @Conforms
    void types_of_the_server(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, DatabaseMetaData::getTypeInfo);
        assertListsSomethingAlike(subject, metadata -> metadata.getUDTs(null, "shop", "%", null));
    }

    @Conforms
    void schemas_catalogs_and_table_types(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, DatabaseMetaData::getSchemas);
        assertListsSomethingAlike(subject, metadata -> metadata.getSchemas(null, "sh%"));
        assertListsSomethingAlike(subject, DatabaseMetaData::getTableTypes);
        assertListsSomethingAlike(subject, DatabaseMetaData::getClientInfoProperties);
    }

    @Conforms
    void catalogs_hold_the_database(Subject subject) throws SQLException {
        try (ResultSet catalogs = subject.open().getMetaData().getCatalogs()) {
            assertTrue(Jdbc.rows(catalogs).contains(subject.databaseName()));
        }
    }

    @Conforms
    void privileges(Subject subject) throws Exception {
        assertListsSomethingAlike(subject, metadata -> metadata.getTablePrivileges(null, "shop", "%"));
        assertListsSomethingAlike(subject, metadata -> metadata.getColumnPrivileges(null, "shop", "customer", "%"));
    }

    @Conforms
    void row_identifiers_and_versions(Subject subject) throws Exception {
        assertListsSomethingAlike(
                subject,
                metadata ->
                        metadata.getBestRowIdentifier(null, "shop", "customer", DatabaseMetaData.bestRowSession, true));
        assertListsSomethingAlike(subject, metadata -> metadata.getVersionColumns(null, "shop", "customer"));
    }

    @Conforms(transactions = true)
    void metadata_within_a_transaction_sees_its_tables(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Jdbc.run(connection, "create table shop.fresh (x int)");
        try (ResultSet tables = connection.getMetaData().getTables(null, "shop", "fresh", null)) {
            assertTrue(tables.next());
        }
        connection.rollback();
        try (ResultSet tables = connection.getMetaData().getTables(null, "shop", "fresh", null)) {
            assertFalse(tables.next());
        }
        connection.commit();
    }

    @Conforms(transactions = true)
    void metadata_in_a_failed_transaction_fails_as_any_query(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        Jdbc.assertFails("42601", () -> Jdbc.run(connection, "nonsense"));
        Jdbc.assertFails("25P02", () -> connection.getMetaData().getTables(null, "shop", "%", null));
        connection.rollback();
    }
}
