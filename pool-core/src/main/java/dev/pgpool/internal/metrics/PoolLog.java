package dev.pgpool.internal.metrics;

import dev.pgpool.pool.PoolEvent;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The log of a pool, and all its texts: pool, backend, event, reason, numbers. */
public final class PoolLog implements PoolEvent.Listener {
    private static final Logger LOG = LoggerFactory.getLogger("dev.pgpool.pool");

    private final String pool;
    /** How many attempts to connect have failed since the last one that didn't: there may be four a second. */
    private final AtomicInteger failures = new AtomicInteger();

    private volatile long failingSinceNanos;

    public PoolLog(String pool) {
        this.pool = pool;
    }

    @Override
    public void on(PoolEvent event) {
        if (event instanceof PoolEvent.Started started) {
            LOG.info(
                    "{} started: maxSize={} mode={}",
                    pool,
                    started.settings().maxSize(),
                    started.settings().mode().name().toLowerCase(java.util.Locale.ROOT));
        } else if (event instanceof PoolEvent.Closed closed) {
            LOG.info("{} closed: {}", pool, closed.why());
        } else if (event instanceof PoolEvent.Opened opened) {
            opened(opened);
        } else if (event instanceof PoolEvent.OpenFailed failed) {
            openFailed(failed);
        } else if (event instanceof PoolEvent.Retired retired) {
            retired(retired);
        } else if (event instanceof PoolEvent.Broke broke) {
            broke(broke);
        } else if (event instanceof PoolEvent.WaitFailed failed) {
            LOG.debug("{}", failed.message());
        } else if (event instanceof PoolEvent.Pinned pinned) {
            LOG.debug(
                    "{}/{} pinned by {}: {}\n{}",
                    pool,
                    pinned.backend(),
                    pinned.reason().description(),
                    pinned.detail(),
                    pinned.site());
        } else if (event instanceof PoolEvent.Unpinned unpinned) {
            LOG.debug(
                    "{}/{} no longer pinned by {} after {} ms",
                    pool,
                    unpinned.backend(),
                    unpinned.reason().description(),
                    unpinned.held().toMillis());
        } else if (event instanceof PoolEvent.Reset reset) {
            LOG.debug(
                    "{}/{} reset{} in {} ms",
                    pool,
                    reset.backend(),
                    reset.completely() ? " completely" : "",
                    reset.took().toMillis());
        } else if (event instanceof PoolEvent.HiddenCode code) {
            hiddenCode(code);
        } else if (event instanceof PoolEvent.Paused paused) {
            LOG.info("{} paused: {} ({} physical connections still open)", pool, paused.why(), paused.open());
        } else if (event instanceof PoolEvent.Resumed resumed) {
            LOG.info("{} resumed after {} s; {} waited", pool, resumed.after().toSeconds(), resumed.waiting());
        } else if (event instanceof PoolEvent.Reconnecting reconnecting) {
            LOG.info(
                    "{} replaces its physical connections; {} of them when their leases end",
                    pool,
                    reconnecting.leased());
        } else if (event instanceof PoolEvent.NotRegistered failed) {
            LOG.warn(
                    "{} can't be seen by JMX; set pool.jmx=off if that is so on purpose: {}",
                    pool,
                    failed.failure().toString());
        } else if (event instanceof PoolEvent.MaintenanceFailed failed) {
            LOG.error("{} maintenance failed; next try in a second", pool, failed.failure());
        } else if (event instanceof PoolEvent.Abandoned abandoned) {
            LOG.warn(
                    "{} a logical connection was never closed; {}. Opened here:\n{}",
                    pool,
                    abandoned.heldLease() ? "its physical connection was taken back" : "it held no physical connection",
                    abandoned.openedAt());
        }
    }

    private void hiddenCode(PoolEvent.HiddenCode code) {
        if (code.failure() != null) {
            LOG.warn(
                    "{} could not read the functions and triggers of this database; to be safe, every query pins its"
                            + " physical connection: {}",
                    pool,
                    code.failure().getMessage());
        } else if (code.possible()) {
            LOG.warn(
                    "{} functions that triggers, views or the like of this database run may change session settings:"
                            + " to be safe, every {} pins its physical connection until its logical connection is"
                            + " closed. The cause: {}",
                    pool,
                    code.inQueries() ? "query and data change" : "data change",
                    String.join(", ", code.functions()));
        } else {
            LOG.info("{} triggers and views of this database do not change sessions unseen any more", pool);
        }
    }

    private void broke(PoolEvent.Broke broke) {
        LOG.debug(
                "{}/{} broke under work: {}; {}{}",
                pool,
                broke.backend(),
                broke.verdict().description(),
                broke.repeated() ? "it is done again" : "it is not done again",
                broke.cause() == null ? "" : ": " + broke.cause().getMessage());
    }

    private void opened(PoolEvent.Opened opened) {
        int failed = failures.getAndSet(0);
        if (failed > 0) {
            LOG.info(
                    "{} opens physical connections again, after {} s and {} failures",
                    pool,
                    Duration.ofNanos(System.nanoTime() - failingSinceNanos).toSeconds(),
                    failed);
        }
        LOG.debug("{}/{} opened in {} ms", pool, opened.backend(), opened.took().toMillis());
    }

    private void openFailed(PoolEvent.OpenFailed failed) {
        if (failed.retryIn() == null) {
            LOG.warn(
                    "{} could not open a physical connection: {}",
                    pool,
                    failed.failure().getMessage());
        } else if (failures.getAndIncrement() == 0) {
            failingSinceNanos = System.nanoTime();
            LOG.warn(
                    "{} could not open a physical connection; trying again until it can, and telling it then: {}",
                    pool,
                    failed.failure().getMessage());
        } else {
            LOG.debug(
                    "{} could not open a physical connection, next try in {} ms: {}",
                    pool,
                    failed.retryIn().toMillis(),
                    failed.failure().getMessage());
        }
    }

    private void retired(PoolEvent.Retired retired) {
        String cause = retired.cause() == null ? "" : ": " + retired.cause().getMessage();
        String format = "{}/{} retired: {}{} (born {} s ago, {} leases)";
        Object[] values = {
            pool,
            retired.backend(),
            retired.reason().description(),
            cause,
            retired.age().toSeconds(),
            retired.leases()
        };
        switch (retired.reason()) {
            case BROKEN, INTERRUPTED_WORK, RESET_FAILED -> LOG.warn(format, values);
            default -> LOG.debug(format, values);
        }
    }
}
