/**
 * Servers that say what they shouldn't, too much, too little, or nothing: a {@link dev.pgpool.wire.FakeServer}, or a
 * faulty wire in front of a real one where it matters what a database makes of it.
 */
package dev.pgpool.wire;
