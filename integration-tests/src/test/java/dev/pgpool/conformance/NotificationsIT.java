package dev.pgpool.conformance;

import static dev.pgpool.conformance.Jdbc.assertFails;
import static dev.pgpool.conformance.Jdbc.run;
import static dev.pgpool.conformance.Jdbc.value;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.sql.Connection;
import java.sql.SQLException;
import org.postgresql.PGConnection;
import org.postgresql.PGNotification;

/** LISTEN and NOTIFY, and pgjdbc's way to fetch what came. */
@Conformance
final class NotificationsIT {
    private static String heard(Connection connection, int patienceMillis) throws SQLException {
        StringBuilder heard = new StringBuilder();
        PGNotification[] notifications = connection.unwrap(PGConnection.class).getNotifications(patienceMillis);
        if (notifications != null) {
            for (PGNotification notification : notifications) {
                heard.append(notification.getName())
                        .append(':')
                        .append(notification.getParameter())
                        .append(' ');
            }
        }
        return heard.toString();
    }

    @Conforms
    void a_listener_hears_others(Subject subject) throws SQLException {
        Connection connection = subject.open();
        run(connection, "listen news");
        run(subject.openPlain(), "notify news, 'hello'");
        assertEquals("news:hello ", heard(connection, 5000));
    }

    @Conforms
    void a_listener_hears_itself(Connection connection) throws SQLException {
        run(connection, "listen news");
        run(connection, "notify news");
        assertEquals("news: ", heard(connection, 5000));
        assertEquals("", heard(connection, 1));
    }

    @Conforms
    void a_listener_hears_other_connections_of_its_driver(Subject subject) throws SQLException {
        Connection listener = subject.open();
        Connection speaker = subject.open();
        run(listener, "listen news");
        value(speaker, "select pg_notify('news', 'by function')");
        assertEquals("news:by function ", heard(listener, 5000));
        assertEquals("", heard(speaker, 1));
    }

    @Conforms
    void what_came_with_another_statement_is_kept(Subject subject) throws SQLException {
        Connection connection = subject.open();
        run(connection, "listen news");
        run(subject.openPlain(), "notify news, 'early'");
        value(connection, "select pg_sleep(0.05)");
        assertEquals("news:early ", heard(connection, 5000));
    }

    @Conforms
    void unlisten_ends_it(Subject subject) throws SQLException {
        Connection connection = subject.open();
        run(connection, "listen news");
        run(connection, "listen gossip");
        run(connection, "unlisten news");
        assertEquals("gossip", value(connection, "select string_agg(c, ',') from pg_listening_channels() c"));
        run(connection, "unlisten *");
        run(subject.openPlain(), "notify news; notify gossip");
        value(connection, "select 1");
        assertEquals("", heard(connection, 1));
    }

    @Conforms(transactions = true)
    void a_notification_comes_with_the_commit(Subject subject) throws SQLException {
        Connection listener = subject.open();
        Connection speaker = subject.open();
        run(listener, "listen news");
        speaker.setAutoCommit(false);
        run(speaker, "notify news, 'kept'");
        value(listener, "select 1");
        assertEquals("", heard(listener, 1));
        speaker.rollback();
        run(speaker, "notify news, 'told'");
        speaker.commit();
        assertEquals("news:told ", heard(listener, 5000));
    }

    @Conforms
    void without_listen_nothing_is_heard(Subject subject) throws SQLException {
        Connection connection = subject.open();
        run(subject.openPlain(), "notify news");
        assertEquals("1", value(connection, "select 1"));
        assertEquals("", heard(connection, 1));
    }

    @Conforms
    void a_closed_connection_hears_nothing(Connection connection) throws SQLException {
        PGConnection pg = connection.unwrap(PGConnection.class);
        assertTrue(pg.getNotifications().length == 0);
        connection.close();
        assertFails("08003", pg::getNotifications);
    }
}
