package dev.pgpool.example;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/** The shop's database, seen past the contenders: over a connection of its own, by plain SQL. Not for many threads. */
final class Shop implements AutoCloseable {
    static final long PRODUCTS = 500;

    /** The backends of one contender, as the server counts them. */
    record Backends(int open, int busy) {}

    private record Rule(String sentence, String offenders) {}

    private static final List<Rule> RULES = List.of(
            new Rule("each product's stock is what it was at the start less what was ordered", """
                    select p.id from product p left join order_line l on l.product_id = p.id
                    group by p.id having p.stock < 0 or p.stock <> p.opening_stock - coalesce(sum(l.quantity), 0)
                    """),
            new Rule("each account's balance is what it was at the start less what was paid", """
                    select a.id from account a left join payment p on p.account_id = a.id
                    group by a.id having a.balance_cents <> a.opening_cents - coalesce(sum(p.amount_cents), 0)
                    """),
            new Rule("each order's total is the sum of its lines", """
                    select o.id from purchase_order o left join order_line l on l.order_id = o.id
                    group by o.id having o.total_cents is distinct from sum(l.quantity * l.price_cents)
                    """),
            new Rule("each order is paid once and in full by its own customer, or not at all", """
                    select o.id from purchase_order o join customer c on c.id = o.customer_id
                    left join payment p on p.order_id = o.id
                    where case o.status when 'PLACED' then p.id is not null
                        else p.amount_cents is distinct from o.total_cents or p.account_id <> c.account_id end
                    """));

    private final Connection connection;

    private Shop(Connection connection) {
        this.connection = connection;
    }

    static Shop at(Target target) throws SQLException {
        return new Shop(DriverManager.getConnection(
                target.url(Target.PLAIN, "ApplicationName=example%20observer", "currentSchema=pgpool_example")));
    }

    /** Empties the schema; Hibernate makes the tables. */
    void clear() throws SQLException {
        drop();
        execute("create schema pgpool_example");
    }

    void drop() throws SQLException {
        execute("drop schema if exists pgpool_example cascade");
    }

    /** Fills the shelves, with one product of fifty in short supply, and gives each customer an account. */
    void fill(int customers) throws SQLException {
        execute("""
                insert into product (id, name, price_cents, opening_stock, stock)
                select i, 'product ' || i, 100 + i * 37 %% 9900, stock, stock
                from generate_series(1, %d) i, lateral (select case i %% 50 when 0 then 20 else 100000 end stock) s
                """.formatted(PRODUCTS));
        execute(
                "insert into account (id, opening_cents, balance_cents) select i, 100000000, 100000000 from generate_series(1, %d) i"
                        .formatted(customers));
        execute(
                "insert into customer (id, name, account_id) select i, 'customer ' || i, i from generate_series(1, %d) i"
                        .formatted(customers));
        execute("analyze product, account, customer");
    }

    Backends backends(String applicationName) throws SQLException {
        String sql =
                "select count(*), count(*) filter (where state <> 'idle') from pg_stat_activity where application_name = ?";
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, applicationName);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return new Backends(row.getInt(1), row.getInt(2));
            }
        }
    }

    /** Audits the database against itself and against the books; one sentence for each rule that doesn't hold. */
    List<String> audit(Books books) throws SQLException {
        List<String> violations = new ArrayList<>();
        for (Rule rule : RULES) {
            long offenders = count("select count(*), 0 from (%s) offenders".formatted(rule.offenders()))[0];
            if (offenders > 0) {
                violations.add(rule.sentence() + ": not true of " + offenders);
            }
        }
        agree("orders", books.orders(), count("select count(*), sum(total_cents) from purchase_order"), violations);
        agree("payments", books.payments(), count("select count(*), sum(amount_cents) from payment"), violations);
        violations.addAll(books.surprises());
        return violations;
    }

    private static void agree(String what, Tally tally, long[] found, List<String> violations) {
        if (!tally.agreesWith(found[0], found[1])) {
            violations.add("the database has %d %s with %d cents, but the sessions were told of %s"
                    .formatted(found[0], what, found[1], tally));
        }
    }

    private long[] count(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return new long[] {row.getLong(1), row.getLong(2)};
        }
    }

    void execute(String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
