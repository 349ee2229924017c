package dev.pgpool.benchmark;

import java.time.Duration;

/**
 * Who does how much at the same time.
 *
 * @param threads how many threads
 * @param virtual whether they are virtual
 * @param reads how many rows are read over one connection before it is closed and another one is opened; zero to keep
 *     it for ever
 * @param think time to think after each row that was read, with the connection in hand
 */
record Load(int threads, boolean virtual, int reads, Duration think) {
    static Load keeping(int threads, boolean virtual) {
        return new Load(threads, virtual, 0, Duration.ZERO);
    }

    static Load borrowing(int threads, boolean virtual) {
        return new Load(threads, virtual, 1, Duration.ZERO);
    }
}
