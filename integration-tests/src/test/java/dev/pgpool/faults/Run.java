package dev.pgpool.faults;

import dev.pgpool.testserver.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A load on a server on which faults strike, and the books of it.
 *
 * @param size of the pool
 * @param threads how many work at once
 * @param time for how long
 */
record Run(Contender contender, Disturbance fault, Collection<Kind> kinds, int size, int threads, Duration time) {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MOST_UNITS_A_SECOND = 30_000;

    /** A tally, and the first few things that must not have happened. */
    record Result(Tally tally, List<Throwable> surprises) {}

    Result on(PostgresServer server, Bank bank) throws Exception {
        BlockingQueue<Integer> commits = new ArrayBlockingQueue<>(1);
        Books books = new Books();
        int struck;
        bank.makeSlots((int) Math.max(1, time.toSeconds()) * MOST_UNITS_A_SECOND);
        long from = bank.nextRow();
        try (CuttingProxy proxy = new CuttingProxy(server, Fault::cut)) {
            String url = fault == Fault.CUT
                    ? proxy.url(bank.database())
                    : bank.database().url();
            try (Contender.Pooled pooled = contender.open(url, size);
                    Scene scene = new Scene(server, bank, pooled.source(), commits)) {
                // While each session ends as soon as it is opened, a pool can't begin, and the faults would strike
                // idlers.
                pooled.source().getConnection().close();
                struck = work(pooled, bank, books, commits, scene);
            }
            struck += proxy.cuts();
        }
        Tally tally = books.compare(contender, fault, struck, bank.applied(from));
        if (bank.difference() != 0) {
            books.surprise(new AssertionError("the balances differ by " + bank.difference()));
        }
        return new Result(tally, List.copyOf(books.surprises()));
    }

    private int work(Contender.Pooled pooled, Bank bank, Books books, BlockingQueue<Integer> commits, Scene scene)
            throws Exception {
        AtomicBoolean goOn = new AtomicBoolean(true);
        List<Thread> workers = new ArrayList<>();
        for (int i = 0; i < threads; i++) {
            boolean keeps = contender == Contender.PGPOOL && i % 2 == 0;
            Worker worker = new Worker(pooled.source(), bank, List.copyOf(kinds), books, commits, goOn::get, keeps);
            workers.add(new Thread(worker, "worker-" + i));
        }
        workers.forEach(Thread::start);
        int struck = 0;
        try {
            long deadline = System.nanoTime() + time.toNanos();
            while (System.nanoTime() < deadline) {
                TimeUnit.NANOSECONDS.sleep(fault.pause().toNanos());
                struck += fault.strike(scene);
            }
        } finally {
            goOn.set(false);
        }
        for (Thread worker : workers) {
            worker.join(PATIENCE.toMillis());
            if (worker.isAlive()) {
                AssertionError stuck = new AssertionError(worker.getName() + " is stuck");
                stuck.setStackTrace(worker.getStackTrace());
                throw stuck;
            }
        }
        return struck;
    }
}
