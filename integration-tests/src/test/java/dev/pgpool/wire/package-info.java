/** Servers that say what they shouldn't, too much, too little, or nothing: a faulty wire in front of a real one. */
package dev.pgpool.wire;
