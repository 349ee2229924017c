package dev.pgpool.example;

import java.time.Duration;

/**
 * How one run of the shop is to be.
 *
 * @param sessions sessions that visit the shop at the same time
 * @param warmUp longest time before all sessions come, for the JIT compiler and the server's caches
 * @param measured time that counts
 * @param physical most physical connections
 * @param think mean time that a session thinks between two of its transactions
 * @param patience longest wait for a connection, for the pools' own time-outs
 */
record Settings(int sessions, Duration warmUp, Duration measured, int physical, Duration think, Duration patience) {}
