package dev.pgpool.behaviour;

import static dev.pgpool.behaviour.SessionOfItsOwn.run;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.pgpool.jdbc.PgPoolDataSource;
import dev.pgpool.pool.PoolMXBean;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.util.List;
import java.util.Map;
import javax.management.JMX;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.RuntimeMBeanException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A pool as a console for JMX sees it. */
@PostgresTest
@Timeout(60)
class JmxIT {
    private final MBeanServer server = ManagementFactory.getPlatformMBeanServer();
    private final PgPoolDataSource orders = new PgPoolDataSource();
    private final PgPoolDataSource others = new PgPoolDataSource();

    @BeforeEach
    void address(TestDatabase database) {
        for (PgPoolDataSource each : List.of(orders, others)) {
            each.setUrl(database.poolUrl());
            each.setName("orders \"of\", *");
        }
        others.setMaxSize(3);
    }

    @AfterEach
    void close() {
        orders.close();
        others.close();
    }

    private static ObjectName name(String rest) throws Exception {
        return new ObjectName("dev.pgpool:type=Pool,name=" + ObjectName.quote("orders \"of\", *") + rest);
    }

    private PoolMXBean bean(String rest) throws Exception {
        return JMX.newMXBeanProxy(server, name(rest), PoolMXBean.class);
    }

    @Test
    void the_numbers_of_an_open_pool_are_seen() throws Exception {
        try (Connection connection = orders.getConnection()) {
            run(connection, "listen news");
            PoolMXBean bean = bean("");
            assertEquals("orders \"of\", *", bean.getName());
            assertEquals(10, bean.getMaxSize());
            assertEquals(1, bean.getOpen());
            assertEquals(1, bean.getLeased());
            assertEquals(1, bean.getPinned());
            assertEquals(1, bean.getLogical());
            assertEquals(0, bean.getWaiting());
            assertEquals(2, bean.getLeases());
            assertEquals(0, bean.getWaits());
            assertEquals(0.0, bean.getLongestWaitSeconds());
            assertEquals(Map.of("LISTEN", 1L), bean.getPins());
            assertTrue(
                    bean.getHolders()
                            .get(0)
                            .matches("backend \\d+ leased for \\d s by thread "
                                    + Thread.currentThread().getName() + ", pinned by a LISTEN: listen news"),
                    bean.getHolders()::toString);
        }
    }

    @Test
    void every_number_can_be_read_by_a_console_that_knows_no_class_of_ours() throws Exception {
        orders.getConnection().close();
        for (MBeanAttributeInfo attribute : server.getMBeanInfo(name("")).getAttributes()) {
            server.getAttribute(name(""), attribute.getName());
            assertTrue(
                    attribute.getType().startsWith("java.lang")
                            || attribute.getType().startsWith("javax.management.openmbean")
                            || attribute.getType().equals("[Ljava.lang.String;")
                            || !attribute.getType().contains("."),
                    attribute::toString);
        }
    }

    @Test
    void a_pool_is_paused_drained_and_resumed() throws Exception {
        try (Connection connection = orders.getConnection()) {
            connection.setAutoCommit(false);
            run(connection, "select 1");
            PoolMXBean bean = bean("");
            assertEquals("", bean.getPaused());
            assertTrue(bean.pause("upgrade"));
            assertEquals(1, bean.drain(0).size());
            assertEquals("for 0 s: upgrade", bean.getPaused());
            connection.commit();
            assertEquals(List.of(), bean.drain(20));
            assertTrue(bean.resume());
            run(connection, "select 1");
            assertEquals(1, bean.reconnect());
        }
    }

    @Test
    void a_drain_without_a_pause_fails_in_words_that_a_console_shows() throws Exception {
        orders.getConnection().close();
        RuntimeMBeanException failure = assertThrows(
                RuntimeMBeanException.class,
                () -> server.invoke(name(""), "drain", new Object[] {0}, new String[] {"int"}));
        assertEquals("only a paused pool can be drained", failure.getCause().getMessage());
    }

    @Test
    void pools_of_the_same_name_are_told_apart_and_go_with_their_pool() throws Exception {
        orders.getConnection().close();
        others.getConnection().close();
        assertEquals(10, bean("").getMaxSize());
        assertEquals(3, bean(",number=2").getMaxSize());
        orders.close();
        assertFalse(server.isRegistered(name("")));
        assertTrue(server.isRegistered(name(",number=2")));
        others.close();
        assertFalse(server.isRegistered(name(",number=2")));
    }

    @Test
    void a_pool_may_be_hidden() throws Exception {
        orders.setJmx("off");
        orders.getConnection().close();
        assertFalse(server.isRegistered(name("")));
    }
}
