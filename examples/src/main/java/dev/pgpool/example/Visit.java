package dev.pgpool.example;

import dev.pgpool.example.model.Account;
import dev.pgpool.example.model.Customer;
import dev.pgpool.example.model.OrderLine;
import dev.pgpool.example.model.Product;
import dev.pgpool.example.model.PurchaseOrder;
import dev.pgpool.example.model.SoldOutException;
import jakarta.persistence.EntityManager;
import jakarta.persistence.EntityTransaction;
import jakarta.persistence.LockModeType;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * One customer's request, in the open-session-in-view manner: four transactions of one EntityManager, hence of one
 * JDBC connection, with time to think between them.
 */
final class Visit {
    private static final int PAGE = 20;

    private record Choice(long product, int quantity) {}

    private record Placed(long order, long cents, int lines) {}

    private final EntityManager session;
    private final long customer;
    private final Measures measures;
    private final Books books;
    private final Runnable think;

    Visit(EntityManager session, long customer, Measures measures, Books books, Runnable think) {
        this.session = session;
        this.customer = customer;
        this.measures = measures;
        this.books = books;
        this.think = think;
    }

    /** Browses, orders, pays and looks; ends early if what was chosen has been sold out in the meantime. */
    void run() {
        List<Choice> basket = transaction(this::browse, () -> {});
        think.run();
        Placed placed;
        try {
            placed = transaction(() -> order(basket), books.orders()::unclear);
        } catch (SoldOutException soldOut) {
            return;
        }
        books.orders().confirm(placed.cents());
        think.run();
        transaction(() -> pay(placed), books.payments()::unclear);
        books.payments().confirm(placed.cents());
        think.run();
        transaction(() -> look(placed), () -> {});
    }

    private List<Choice> browse() {
        Random random = ThreadLocalRandom.current();
        List<Product> page = session.createQuery(
                        "select p from Product p where p.id >= :first order by p.id", Product.class)
                .setParameter("first", random.nextLong(1, Shop.PRODUCTS - PAGE))
                .setMaxResults(PAGE)
                .getResultList();
        // Products are locked in the order of their ids, so that no two orders wait for each other.
        return Stream.generate(() -> page.get(random.nextInt(page.size())))
                .limit(1 + random.nextInt(3))
                .distinct()
                .map(product -> new Choice(product.id(), 1 + random.nextInt(3)))
                .sorted(Comparator.comparing(Choice::product))
                .toList();
    }

    private Placed order(List<Choice> basket) {
        PurchaseOrder order = new PurchaseOrder(session.getReference(Customer.class, customer));
        for (Choice choice : basket) {
            // The session has this product since it browsed, and others may have bought it since.
            Product product = session.find(Product.class, choice.product());
            session.refresh(product, LockModeType.PESSIMISTIC_WRITE);
            order.add(product, choice.quantity());
        }
        session.persist(order);
        return new Placed(order.id(), order.totalCents(), basket.size());
    }

    private Placed pay(Placed placed) {
        PurchaseOrder order = session.find(PurchaseOrder.class, placed.order());
        Account account = order.customer().account();
        session.refresh(account, LockModeType.PESSIMISTIC_WRITE);
        session.persist(order.pay(account));
        return placed;
    }

    private Placed look(Placed placed) {
        session.clear();
        PurchaseOrder order = session.createQuery(
                        "select o from PurchaseOrder o join fetch o.lines l join fetch l.product where o.id = :id",
                        PurchaseOrder.class)
                .setParameter("id", placed.order())
                .getSingleResult();
        long cents = order.lines().stream().mapToLong(OrderLine::cents).sum();
        Placed seen = new Placed(order.id(), cents, order.lines().size());
        if (!seen.equals(placed) || order.status() != PurchaseOrder.Status.PAID) {
            books.surprise("order %d was %s when it was paid, but is %s and %s when looked at"
                    .formatted(order.id(), placed, seen, order.status()));
        }
        return seen;
    }

    /** Runs one transaction; {@code unclear} is told if its commit fails, because nobody knows then what was done. */
    private <T> T transaction(Supplier<T> work, Runnable unclear) {
        long begin = System.nanoTime();
        EntityTransaction transaction = session.getTransaction();
        measures.transactionBegins();
        try {
            transaction.begin();
            T result = work.get();
            session.flush();
            commit(transaction, unclear);
            measures.transactionServed(System.nanoTime() - begin);
            return result;
        } catch (RuntimeException failure) {
            rollback(transaction, failure);
            throw failure;
        } finally {
            measures.transactionEnds();
        }
    }

    private static void commit(EntityTransaction transaction, Runnable unclear) {
        try {
            transaction.commit();
        } catch (RuntimeException failure) {
            unclear.run();
            throw failure;
        }
    }

    private static void rollback(EntityTransaction transaction, RuntimeException failure) {
        try {
            if (transaction.isActive()) {
                transaction.rollback();
            }
        } catch (RuntimeException another) {
            failure.addSuppressed(another);
        }
    }
}
