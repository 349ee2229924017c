package dev.pgpool.benchmark;

import dev.pgpool.internal.sql.SqlClassifier;
import dev.pgpool.internal.sql.SqlTraits;
import dev.pgpool.internal.sql.SqlTraitsCache;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** What it costs to tell what a text of about 1,000 characters does to its session: the first time, and later. */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 5, time = 1)
@Measurement(iterations = 5, time = 1)
@Fork(3)
@State(Scope.Thread)
@SuppressWarnings("NullAway.Init")
public class ClassifierBenchmark {
    /** Texts as applications send them. */
    public enum Text {
        /** As an object-relational mapper reads an entity with what belongs to it. */
        ENTITY("select o1_0.id,o1_0.created_at,o1_0.currency,o1_0.customer_id,c1_0.id,c1_0.display_name,c1_0.email,"
                + "c1_0.version,o1_0.external_reference,o1_0.shipping_address_id,s1_0.id,s1_0.city,s1_0.country_code,"
                + "s1_0.postal_code,s1_0.street,o1_0.status,o1_0.total_amount,o1_0.updated_at,o1_0.version,"
                + "p1_0.order_id,p1_0.id,p1_0.line_number,p1_0.product_id,p2_0.id,p2_0.article_number,"
                + "p2_0.description,p2_0.name,p2_0.price_amount,p2_0.price_currency,p1_0.quantity,p1_0.unit_price,"
                + "p1_0.version from sales.orders o1_0 left join sales.customers c1_0 on c1_0.id=o1_0.customer_id "
                + "left join sales.addresses s1_0 on s1_0.id=o1_0.shipping_address_id left join sales.order_positions "
                + "p1_0 on o1_0.id=p1_0.order_id left join sales.products p2_0 on p2_0.id=p1_0.product_id where "
                + "o1_0.tenant_id=? and o1_0.status in (?,?,?) and (c1_0.email like ? escape '' or "
                + "lower(c1_0.display_name) like ? escape '') and o1_0.created_at>=? and o1_0.created_at<? and "
                + "coalesce(o1_0.total_amount,0)>? order by o1_0.created_at desc,p1_0.line_number limit ?"),
        /** As a mapper writes one: many columns, many parameters. */
        INSERT(
                "insert into sales.orders (billing_address_id, cancelled_at, cancelled_by, channel, created_at, created_by,"
                        + " currency, customer_id, delivery_instructions, delivery_window_end, delivery_window_start,"
                        + " discount_amount, discount_code, exchange_rate, external_reference, fraud_score, gift_message,"
                        + " invoice_number, invoiced_at, language, loyalty_points, net_amount, notes, order_number,"
                        + " origin_country, paid_at, payment_method, payment_reference, priority, promised_at, region,"
                        + " sales_person_id, shipped_at, shipping_address_id, shipping_amount, shipping_method, source, status,"
                        + " tax_amount, tax_country, tax_rate, tenant_id, total_amount, tracking_number, updated_at, updated_by,"
                        + " version, warehouse_id, weight_grams, workflow_state, workflow_version, id) values (?, ?, ?, ?,"
                        + " now(), ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
                        + " ?, ?, ?, ?, ?, ?, ?, ?, now(), ?, 0, ?, ?, 'new', 1, ?) on conflict (tenant_id, order_number) do"
                        + " update set status = excluded.status, updated_at = excluded.updated_at returning id"),
        /** As a person writes a report: formatted, with a comment, calls and literals. */
        REPORT("""
                -- Revenue by month and region, with the share of the region's best customer
                WITH months AS (
                    SELECT date_trunc('month', o.created_at) AS month,
                           c.region,
                           c.id AS customer_id,
                           sum(p.quantity * p.unit_price) AS revenue,
                           count(DISTINCT o.id) FILTER (WHERE o.status = 'returned') AS returns
                    FROM orders o
                    JOIN customers c ON c.id = o.customer_id
                    JOIN positions p ON p.order_id = o.id
                    WHERE o.created_at >= $1 AND o.status NOT IN ('draft', 'cancelled')
                    GROUP BY 1, 2, 3
                ), ranked AS (
                    SELECT month, region, revenue, returns,
                           row_number() OVER (PARTITION BY month, region ORDER BY revenue DESC) AS place
                    FROM months
                )
                SELECT to_char(month, 'YYYY-MM') AS month, region,
                       round(sum(revenue), 2) AS revenue,
                       coalesce(round(100 * max(revenue) FILTER (WHERE place = 1) / nullif(sum(revenue), 0), 1), 0) AS best,
                       sum(returns) AS returns
                FROM ranked
                GROUP BY month, region
                HAVING sum(revenue) > 0
                ORDER BY month, region
                """);

        final String sql;

        Text(String sql) {
            this.sql = sql;
        }
    }

    @Param
    public Text text;

    private final SqlTraitsCache cache = new SqlTraitsCache();

    @Setup
    public void fill() {
        for (Text each : Text.values()) {
            cache.traits(each.sql);
        }
    }

    @Benchmark
    public SqlTraits first_time() {
        return SqlClassifier.traits(text.sql);
    }

    @Benchmark
    public SqlTraits later() {
        return cache.traits(text.sql);
    }

    /** Runs these benchmarks with JMH's own options. */
    public static void main(String[] arguments) throws Exception {
        MicroBenchmark.passClassPath();
        new Runner(new OptionsBuilder()
                        .parent(new CommandLineOptions(arguments))
                        .include(ClassifierBenchmark.class.getName())
                        .build())
                .run();
    }
}
