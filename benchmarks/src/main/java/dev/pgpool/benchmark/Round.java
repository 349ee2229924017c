package dev.pgpool.benchmark;

import com.sun.management.OperatingSystemMXBean;
import dev.pgpool.benchmark.Contender.Borrowed;
import dev.pgpool.benchmark.Contender.Source;
import java.lang.management.ManagementFactory;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/** One measurement of one load over one source. */
final class Round {
    private static final long LONGEST_MICROS = TimeUnit.MINUTES.toMicros(2);

    /** Not measured: connections are opened, statements prepared, and the server's caches filled. */
    private static final Duration WARM_UP = Duration.ofMillis(500);

    private static final OperatingSystemMXBean CPU = ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class);

    private final Source source;
    private final Load load;
    private final CountDownLatch ready;
    private final CountDownLatch go = new CountDownLatch(1);
    private volatile boolean counting;
    private volatile boolean over;

    private record Share(long rows, Histogram micros) {}

    Round(Source source, Load load) {
        this.source = source;
        this.load = load;
        this.ready = new CountDownLatch(load.threads());
    }

    Figures run(Duration time) throws InterruptedException, ExecutionException {
        List<FutureTask<Share>> tasks = new ArrayList<>();
        for (int i = 0; i < load.threads(); i++) {
            FutureTask<Share> task = new FutureTask<>(this::work);
            tasks.add(task);
            Threads.start(task, load.virtual());
        }
        ready.await();
        go.countDown();
        Thread.sleep(WARM_UP.toMillis());
        counting = true;
        long begin = System.nanoTime();
        long cpuBegin = CPU.getProcessCpuTime();
        Thread.sleep(time.toMillis());
        over = true;
        double seconds = (System.nanoTime() - begin) / 1e9;
        return sum(tasks, seconds, (CPU.getProcessCpuTime() - cpuBegin) / 1e3);
    }

    private static Figures sum(List<FutureTask<Share>> tasks, double seconds, double cpuMicros)
            throws InterruptedException, ExecutionException {
        Histogram micros = new Histogram(LONGEST_MICROS, 2);
        long fewest = Long.MAX_VALUE;
        long most = 0;
        for (FutureTask<Share> task : tasks) {
            Share share = task.get();
            micros.add(share.micros());
            fewest = Math.min(fewest, share.rows());
            most = Math.max(most, share.rows());
        }
        long rows = Math.max(1, micros.getTotalCount());
        return new Figures(rows / seconds, micros, cpuMicros / rows, fewest, most);
    }

    private Share work() throws SQLException, InterruptedException {
        Histogram micros = new Histogram(LONGEST_MICROS, 2);
        SplittableRandom random = new SplittableRandom();
        // A thread that keeps its connection opens it before the clock runs.
        if (load.reads() == 0) {
            try (Borrowed borrowed = source.connect()) {
                awaitStart();
                while (!over) {
                    read(borrowed.connection(), random, micros, System.nanoTime());
                }
            }
        } else {
            awaitStart();
            while (!over) {
                borrow(random, micros);
            }
        }
        return new Share(micros.getTotalCount(), micros);
    }

    private void awaitStart() throws InterruptedException {
        ready.countDown();
        go.await();
    }

    private void borrow(SplittableRandom random, Histogram micros) throws SQLException {
        long begin = System.nanoTime();
        try (Borrowed borrowed = source.connect()) {
            for (int i = 0; i < load.reads() && !over; i++) {
                read(borrowed.connection(), random, micros, i == 0 ? begin : System.nanoTime());
            }
        }
    }

    private void read(Connection connection, SplittableRandom random, Histogram micros, long begin)
            throws SQLException {
        Items.read(connection, random.nextInt(Items.COUNT));
        if (counting && !over) {
            micros.recordValue(Math.min(LONGEST_MICROS, (System.nanoTime() - begin) / 1000));
        }
        if (!load.think().isZero()) {
            LockSupport.parkNanos(load.think().toNanos());
        }
    }
}
