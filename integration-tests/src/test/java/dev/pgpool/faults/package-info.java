/** What an application can do wrong, or to itself: no physical connection is lost over it, and nobody else is harmed. */
package dev.pgpool.faults;
