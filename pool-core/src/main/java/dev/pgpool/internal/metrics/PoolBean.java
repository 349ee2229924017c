package dev.pgpool.internal.metrics;

import dev.pgpool.pool.PoolControl;
import dev.pgpool.pool.PoolCounts;
import dev.pgpool.pool.PoolMXBean;
import dev.pgpool.pool.PoolSnapshot;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import javax.management.InstanceAlreadyExistsException;
import javax.management.InstanceNotFoundException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;

/** A pool as JMX shows it. Safe for use by many threads. */
public final class PoolBean implements PoolMXBean {
    private final PoolControl pool;

    private PoolBean(PoolControl pool) {
        this.pool = pool;
    }

    /**
     * Shows a pool.
     *
     * @return what ends that; may be run more than once
     */
    public static Runnable register(PoolControl pool) throws JMException {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        String first = "dev.pgpool:type=Pool,name=" + ObjectName.quote(pool.name());
        for (int number = 1; ; number++) {
            ObjectName name = new ObjectName(number == 1 ? first : first + ",number=" + number);
            try {
                server.registerMBean(new PoolBean(pool), name);
                return () -> unregister(server, name);
            } catch (InstanceAlreadyExistsException e) {
                // Another pool's, perhaps of another class loader: the next number may be free.
            }
        }
    }

    private static void unregister(MBeanServer server, ObjectName name) {
        try {
            server.unregisterMBean(name);
        } catch (InstanceNotFoundException e) {
            // Somebody was faster.
        } catch (JMException e) {
            throw new IllegalStateException("bug: the bean of a pool refuses to be unregistered", e);
        }
    }

    private PoolCounts counts() {
        return pool.snapshot().counts();
    }

    private static List<String> lines(PoolSnapshot snapshot) {
        return snapshot.leases().stream().map(PoolBean::line).toList();
    }

    private static String line(PoolSnapshot.Leased leased) {
        PoolSnapshot.Pinned pin = leased.pin();
        return "backend " + leased.backend() + " leased for " + leased.age().toSeconds() + " s by thread "
                + leased.thread()
                + (pin == null ? "" : ", pinned by " + pin.reason().description() + ": " + pin.detail());
    }

    private static Map<String, Long> named(Map<?, Long> counts) {
        Map<String, Long> named = new TreeMap<>();
        counts.forEach((key, count) -> named.put(key.toString(), count));
        return named;
    }

    private static double seconds(Duration duration) {
        return duration.toNanos() / (double) TimeUnit.SECONDS.toNanos(1);
    }

    @Override
    public String getName() {
        return pool.name();
    }

    @Override
    public int getMaxSize() {
        return pool.snapshot().maxSize();
    }

    @Override
    public int getOpen() {
        return pool.snapshot().open();
    }

    @Override
    public int getLeased() {
        return pool.snapshot().leased();
    }

    @Override
    public int getPinned() {
        return pool.snapshot().pinned();
    }

    @Override
    public int getWaiting() {
        return pool.snapshot().waiting();
    }

    @Override
    public int getLogical() {
        return pool.snapshot().logical();
    }

    @Override
    public List<String> getHolders() {
        return lines(pool.snapshot());
    }

    @Override
    public String getPaused() {
        PoolSnapshot.Pause pause = pool.snapshot().pause();
        return pause == null ? "" : "for " + pause.age().toSeconds() + " s: " + pause.why();
    }

    @Override
    public long getLeases() {
        return counts().leases();
    }

    @Override
    public long getHandOvers() {
        return counts().handOvers();
    }

    @Override
    public long getWaits() {
        return counts().waits().count();
    }

    @Override
    public double getWaitSeconds() {
        return seconds(counts().waits().total());
    }

    @Override
    public double getLongestWaitSeconds() {
        return seconds(counts().waits().longest());
    }

    @Override
    public long getOpened() {
        return counts().opened();
    }

    @Override
    public Map<String, Long> getRetired() {
        return named(counts().retired());
    }

    @Override
    public Map<String, Long> getPins() {
        return named(counts().pins());
    }

    @Override
    public Map<String, Long> getRepeated() {
        return named(counts().repeated());
    }

    @Override
    public Map<String, Long> getReported() {
        return named(counts().reported());
    }

    @Override
    public Map<String, Long> getFailures() {
        return named(counts().failures());
    }

    @Override
    public Map<String, Long> getAddedRoundTrips() {
        return named(counts().addedRoundTrips());
    }

    @Override
    public long getResets() {
        return counts().resets();
    }

    @Override
    public long getCompleteResets() {
        return counts().completeResets();
    }

    @Override
    public long getRefusals() {
        return counts().refusals();
    }

    @Override
    public long getTimeouts() {
        return counts().timeouts();
    }

    @Override
    public long getAbandoned() {
        return counts().abandoned();
    }

    @Override
    public boolean pause(String why) {
        return pool.pause(why);
    }

    @Override
    public List<String> drain(int longestSeconds) throws InterruptedException {
        PoolSnapshot end = pool.drain(Duration.ofSeconds(longestSeconds));
        return end.open() > 0 && end.leases().isEmpty()
                ? List.of(end.open() + " physical connections are being opened or closed")
                : lines(end);
    }

    @Override
    public boolean resume() {
        return pool.resume();
    }

    @Override
    public int reconnect() {
        return pool.reconnect();
    }
}
