package dev.pgpool.harness;

import dev.pgpool.internal.lease.Pool;
import dev.pgpool.internal.lease.PoolInvariants;
import dev.pgpool.jdbc.internal.url.Pools;
import dev.pgpool.pool.PoolControl;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/** Asserts, after each test of this module, that all pools it left open are in order. Registered for all tests. */
public final class InvariantsExtension implements AfterEachCallback {
    @Override
    public void afterEach(ExtensionContext context) throws Exception {
        if (context.getExecutionException().isEmpty()) {
            assertHold();
        }
    }

    /** For tests that close their pools themselves: to be called before. */
    public static void assertHold() throws Exception {
        for (PoolControl pool : Pools.SHARED.all()) {
            PoolInvariants.assertHold((Pool) pool);
        }
    }
}
