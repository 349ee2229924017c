package dev.pgpool.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import liquibase.Liquibase;
import liquibase.database.DatabaseFactory;
import liquibase.database.jvm.JdbcConnection;
import liquibase.resource.ClassLoaderResourceAccessor;
import org.apache.ibatis.annotations.Insert;
import org.apache.ibatis.annotations.Options;
import org.apache.ibatis.annotations.Select;
import org.apache.ibatis.mapping.Environment;
import org.apache.ibatis.session.Configuration;
import org.apache.ibatis.session.SqlSession;
import org.apache.ibatis.session.SqlSessionFactory;
import org.apache.ibatis.session.SqlSessionFactoryBuilder;
import org.apache.ibatis.transaction.jdbc.JdbcTransactionFactory;
import org.flywaydb.core.Flyway;
import org.jdbi.v3.core.Jdbi;
import org.jooq.DSLContext;
import org.jooq.SQLDialect;
import org.jooq.impl.DSL;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.DefaultTransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** The frameworks that applications use JDBC through do their normal work over two physical connections. */
@PostgresTest
@Timeout(120)
class FrameworksIT {
    private TestDatabase database;
    private PgPoolDataSource pool;

    @BeforeEach
    void table(TestDatabase shared) throws SQLException {
        database = shared;
        pool = new PgPoolDataSource();
        pool.setUrl(database.poolUrl());
        pool.setMaxSize(2);
        try (Connection owner = database.connect();
                Statement statement = owner.createStatement()) {
            statement.execute("drop schema public cascade; create schema public;"
                    + " create table item (id int generated always as identity primary key, name text unique)");
        }
    }

    @AfterEach
    void close() {
        pool.close();
    }

    private static int count(DataSource dataSource) {
        Integer count = new JdbcTemplate(dataSource).queryForObject("select count(*) from item", Integer.class);
        return count == null ? -1 : count;
    }

    @Test
    void spring_jdbc_and_its_transactions() {
        JdbcTemplate jdbc = new JdbcTemplate(pool);
        DefaultTransactionDefinition definition = new DefaultTransactionDefinition();
        definition.setIsolationLevel(TransactionDefinition.ISOLATION_SERIALIZABLE);
        TransactionTemplate transaction = new TransactionTemplate(new JdbcTransactionManager(pool), definition);
        transaction.executeWithoutResult(status -> {
            jdbc.update("insert into item (name) values (?)", "kept");
            assertEquals("serializable", jdbc.queryForObject("show transaction_isolation", String.class));
        });
        assertThrows(
                DuplicateKeyException.class,
                () -> transaction.executeWithoutResult(status -> {
                    jdbc.update("insert into item (name) values (?)", "rolled back");
                    jdbc.update("insert into item (name) values (?)", "kept");
                }));
        assertEquals(List.of("kept"), jdbc.queryForList("select name from item", String.class));
        assertEquals("read committed", jdbc.queryForObject("show transaction_isolation", String.class));
        jdbc.batchUpdate(
                "insert into item (name) values (?)",
                IntStream.range(0, 50)
                        .mapToObj(i -> new Object[] {"batch " + i})
                        .toList());
        assertEquals(51, count(pool));
    }

    @Test
    void spring_transactions_within_transactions() {
        JdbcTemplate jdbc = new JdbcTemplate(pool);
        JdbcTransactionManager manager = new JdbcTransactionManager(pool);
        TransactionTemplate outer = new TransactionTemplate(manager);
        TransactionTemplate own = new TransactionTemplate(
                manager, new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_REQUIRES_NEW));
        TransactionTemplate nested = new TransactionTemplate(
                manager, new DefaultTransactionDefinition(TransactionDefinition.PROPAGATION_NESTED));
        outer.executeWithoutResult(status -> {
            jdbc.update("insert into item (name) values ('outer')");
            own.executeWithoutResult(inner -> jdbc.update("insert into item (name) values ('own')"));
            nested.executeWithoutResult(inner -> {
                jdbc.update("insert into item (name) values ('nested')");
                inner.setRollbackOnly();
            });
            jdbc.update("insert into item (name) values ('after')");
        });
        assertEquals(
                List.of("after", "outer", "own"),
                jdbc.queryForList("select name from item order by name", String.class));
    }

    @Test
    void jooq_chooses_its_dialect_and_runs_transactions() throws SQLException {
        try (Connection connection = pool.getConnection()) {
            assertEquals(SQLDialect.POSTGRES, DSL.using(connection).dialect());
        }
        DSLContext postgres = DSL.using(pool, SQLDialect.POSTGRES);
        postgres.transaction(configuration -> {
            DSL.using(configuration).execute("insert into item (name) values (?)", "kept");
            assertThrows(
                    IllegalStateException.class,
                    () -> DSL.using(configuration).transaction(nested -> {
                        DSL.using(nested).execute("insert into item (name) values (?)", "rolled back");
                        throw new IllegalStateException("back to the savepoint");
                    }));
        });
        assertEquals(List.of("kept"), postgres.fetch("select name from item").getValues(0, String.class));
    }

    /** Statements of MyBatis. */
    interface Items {
        @Insert("insert into item (name) values (#{name})")
        @Options(useGeneratedKeys = true, keyProperty = "id", keyColumn = "id")
        int add(Item item);

        @Select("select id, name from item where name = #{name}")
        Item byName(String name);
    }

    /** A row, as MyBatis fills it. */
    public static final class Item {
        public int id;
        public String name;
    }

    @Test
    void mybatis_maps_rows_and_keys() {
        Configuration configuration = new Configuration(new Environment("test", new JdbcTransactionFactory(), pool));
        configuration.addMapper(Items.class);
        SqlSessionFactory factory = new SqlSessionFactoryBuilder().build(configuration);
        Item item = new Item();
        item.name = "kept";
        try (SqlSession session = factory.openSession()) {
            assertEquals(1, session.getMapper(Items.class).add(item));
            session.commit();
        }
        Item lost = new Item();
        lost.name = "rolled back";
        try (SqlSession session = factory.openSession()) {
            session.getMapper(Items.class).add(lost);
            session.rollback();
            assertEquals(item.id, session.getMapper(Items.class).byName("kept").id);
        }
        assertEquals(1, count(pool));
    }

    @Test
    void jdbi_handles_and_transactions() {
        Jdbi jdbi = Jdbi.create(pool);
        jdbi.useTransaction(handle -> handle.execute("insert into item (name) values (?)", "kept"));
        assertThrows(
                IllegalStateException.class,
                () -> jdbi.useTransaction(handle -> {
                    handle.execute("insert into item (name) values (?)", "rolled back");
                    throw new IllegalStateException("no");
                }));
        List<String> names = jdbi.withHandle(handle ->
                handle.createQuery("select name from item").mapTo(String.class).list());
        assertEquals(List.of("kept"), names);
    }

    @Test
    void hikari_in_front_by_class_name_and_by_url() throws SQLException {
        HikariConfig byName = new HikariConfig();
        byName.setDataSourceClassName(PgPoolDataSource.class.getName());
        byName.addDataSourceProperty("url", database.poolUrl());
        byName.addDataSourceProperty("maxSize", 2);
        HikariConfig byUrl = new HikariConfig();
        byUrl.setJdbcUrl(database.poolUrl() + "&pool.maxSize=2");
        for (HikariConfig config : List.of(byName, byUrl)) {
            config.setMaximumPoolSize(20);
            config.setConnectionInitSql("select 1");
            try (HikariDataSource hikari = new HikariDataSource(config)) {
                Connection[] held = new Connection[20];
                for (int i = 0; i < held.length; i++) {
                    held[i] = hikari.getConnection();
                    held[i].setAutoCommit(false);
                }
                for (Connection connection : held) {
                    try (Statement statement = connection.createStatement()) {
                        statement.execute("insert into item (name) values (null)");
                    }
                    connection.commit();
                    connection.close();
                }
            }
        }
        assertEquals(40, count(pool));
    }

    @Test
    void flyway_by_data_source() {
        Flyway flyway = Flyway.configure()
                .dataSource(pool)
                .locations("classpath:migrations")
                .baselineOnMigrate(true)
                .baselineVersion("0")
                .load();
        assertEquals(2, flyway.migrate().migrationsExecuted);
        assertEquals(0, flyway.migrate().migrationsExecuted);
        assertEquals(1, count(pool));
    }

    @Test
    void liquibase_by_connection() throws Exception {
        try (Connection connection = pool.getConnection()) {
            Liquibase liquibase = new Liquibase(
                    "changes.sql",
                    new ClassLoaderResourceAccessor(),
                    DatabaseFactory.getInstance().findCorrectDatabaseImplementation(new JdbcConnection(connection)));
            assertEquals("postgresql", liquibase.getDatabase().getShortName());
            liquibase.update("");
            assertTrue(liquibase.listUnrunChangeSets(null, null).isEmpty());
        }
        assertEquals(1, count(pool));
    }
}
