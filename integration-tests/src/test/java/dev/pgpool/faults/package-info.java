/** Servers that end, restart and vanish, and networks that break, under load: what is done, done twice, or lost. */
package dev.pgpool.faults;
