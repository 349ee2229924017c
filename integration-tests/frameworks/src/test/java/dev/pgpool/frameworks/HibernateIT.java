package dev.pgpool.frameworks;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import dev.pgpool.jdbc.PgPoolDriver;
import dev.pgpool.testserver.PostgresTest;
import dev.pgpool.testserver.TestDatabase;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.ManyToOne;
import jakarta.persistence.OneToMany;
import jakarta.persistence.OptimisticLockException;
import jakarta.persistence.Version;
import java.util.ArrayList;
import java.util.List;
import org.hibernate.Session;
import org.hibernate.SessionFactory;
import org.hibernate.cfg.Configuration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Hibernate by itself, on its own connection provider and the driver's URL. */
@PostgresTest
@Timeout(120)
class HibernateIT {
    /** An order. */
    @Entity(name = "Purchase")
    static class Purchase {
        @Id
        @GeneratedValue(strategy = GenerationType.SEQUENCE)
        Long id;

        @Version
        int version;

        String customer;

        @OneToMany(mappedBy = "purchase")
        List<Line> lines = new ArrayList<>();
    }

    /** A line of an order. */
    @Entity(name = "Line")
    static class Line {
        @Id
        @GeneratedValue(strategy = GenerationType.IDENTITY)
        Long id;

        @ManyToOne
        Purchase purchase;

        int amount;
    }

    private static SessionFactory factory(TestDatabase database) {
        return new Configuration()
                .addAnnotatedClass(Purchase.class)
                .addAnnotatedClass(Line.class)
                .setProperty("hibernate.connection.driver_class", PgPoolDriver.class.getName())
                .setProperty("hibernate.connection.url", database.poolUrl() + "&pool.maxSize=2")
                .setProperty("hibernate.hbm2ddl.auto", "create")
                .buildSessionFactory();
    }

    @Test
    void entities_are_stored_read_lazily_and_versioned(TestDatabase database) {
        try (SessionFactory factory = factory(database)) {
            Purchase stored = factory.fromTransaction(session -> {
                Purchase purchase = new Purchase();
                purchase.customer = "Ada";
                session.persist(purchase);
                for (int amount = 1; amount <= 3; amount++) {
                    Line line = new Line();
                    line.purchase = purchase;
                    line.amount = amount;
                    session.persist(line);
                }
                return purchase;
            });
            try (Session open = factory.openSession();
                    Session other = factory.openSession()) {
                Purchase mine = open.find(Purchase.class, stored.id);
                Purchase theirs = other.find(Purchase.class, stored.id);
                assertEquals(3, mine.lines.size());
                change(other, theirs, "Grace");
                assertThrows(OptimisticLockException.class, () -> change(open, mine, "Edsger"));
            }
            assertEquals("Grace", factory.fromSession(session -> session.find(Purchase.class, stored.id).customer));
        }
    }

    private static void change(Session session, Purchase purchase, String customer) {
        session.beginTransaction();
        purchase.customer = customer;
        try {
            session.getTransaction().commit();
        } finally {
            if (session.getTransaction().isActive()) {
                session.getTransaction().rollback();
            }
        }
    }
}
