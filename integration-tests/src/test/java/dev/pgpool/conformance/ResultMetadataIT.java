package dev.pgpool.conformance;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.sql.Connection;
import java.sql.ParameterMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.postgresql.PGResultSetMetaData;

/** What results and prepared statements say of their columns and parameters. */
@Conformance(schema = """
                create type mood as enum ('glad', 'sad');
                create domain mail as varchar(90);
                create table item (id serial primary key, name varchar(40) not null, price numeric(8, 2), made timestamptz,
                    tags text[], mood mood, doc jsonb, mail mail, raw bytea, flag boolean, day date, u uuid);
                """)
final class ResultMetadataIT {
    private static final String QUERY =
            "select i.*, i.id + 1 as next, name as \"Label\", null as nothing, count(*) over ()" + " from item as i";

    private static String describe(Object metadata, Class<?> face, int count) throws Exception {
        StringBuilder text = new StringBuilder();
        List<Method> methods = Arrays.stream(face.getMethods())
                .filter(method -> Arrays.equals(method.getParameterTypes(), new Class<?>[] {int.class}))
                .sorted(Comparator.comparing(Method::getName))
                .toList();
        for (int column = 0; column <= count + 1; column++) {
            for (Method method : methods) {
                text.append(column).append(' ').append(method.getName()).append(' ');
                try {
                    text.append(method.invoke(metadata, column)).append('\n');
                } catch (InvocationTargetException e) {
                    text.append(e.getCause()).append('\n');
                }
            }
        }
        return text.toString();
    }

    @Conforms
    void columns_of_a_result(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(QUERY)) {
                return describe(result.getMetaData(), ResultSetMetaData.class, 16);
            }
        });
    }

    @Conforms
    void columns_of_a_statement_that_did_not_run(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(QUERY)) {
                return describe(statement.getMetaData(), ResultSetMetaData.class, 16);
            }
        });
    }

    @Conforms
    void columns_by_pgjdbcs_interface(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            try (Statement statement = connection.createStatement();
                    ResultSet result = statement.executeQuery(QUERY)) {
                PGResultSetMetaData metadata = result.getMetaData().unwrap(PGResultSetMetaData.class);
                return describe(metadata, PGResultSetMetaData.class, 16);
            }
        });
    }

    @Conforms
    void an_update_has_no_columns(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("update item set name = ?")) {
            assertNull(statement.getMetaData());
        }
    }

    @Conforms
    void columns_are_told_after_the_statement_ran_others(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id, name, price from item")) {
            assertEquals("1", Jdbc.value(connection, "select 1"));
            ResultSetMetaData metadata = result.getMetaData();
            assertEquals("item", metadata.getTableName(1));
            assertTrue(metadata.isAutoIncrement(1));
            assertEquals(ResultSetMetaData.columnNoNulls, metadata.isNullable(2));
            assertEquals("numeric", metadata.getColumnTypeName(3));
            assertEquals(2, metadata.getScale(3));
            assertEquals("public", metadata.unwrap(PGResultSetMetaData.class).getBaseSchemaName(1));
        }
    }

    @Conforms(transactions = true)
    void columns_are_told_after_commit(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement();
                ResultSet result = statement.executeQuery("select id, name, mood from item")) {
            connection.commit();
            assertEquals("item", result.getMetaData().getTableName(1));
            assertEquals("mood", result.getMetaData().getColumnTypeName(3));
            assertEquals(ResultSetMetaData.columnNoNulls, result.getMetaData().isNullable(2));
        }
        connection.commit();
    }

    @Conforms
    void parameters_are_described_by_the_server(Subject subject) throws Exception {
        subject.assertSameAsPlain(connection -> {
            try (PreparedStatement statement = connection.prepareStatement(
                    "insert into item (name, price, made, tags, mood, doc, raw, u) values (?, ?, ?, ?, ?, ?, ?, ?)")) {
                ParameterMetaData metadata = statement.getParameterMetaData();
                assertEquals(8, metadata.getParameterCount());
                return describe(metadata, ParameterMetaData.class, 8);
            }
        });
    }

    @Conforms
    void a_statement_without_parameters(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select 1")) {
            assertEquals(0, statement.getParameterMetaData().getParameterCount());
        }
    }

    @Conforms
    void metadata_of_a_wrong_text_fails(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select * from nowhere where x = ?")) {
            Jdbc.assertFails("42P01", statement::getParameterMetaData);
            Jdbc.assertFails("42P01", statement::getMetaData);
        }
    }

    @Conforms
    void metadata_may_be_asked_between_executions(Connection connection) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("select id from item where name = ?")) {
            for (int round = 0; round < 7; round++) {
                statement.setString(1, "x");
                assertEquals("int4", "serial".equals(statement.getMetaData().getColumnTypeName(1)) ? "int4" : "?");
                statement.executeQuery().close();
                assertEquals("varchar", statement.getParameterMetaData().getParameterTypeName(1));
            }
        }
    }
}
