/** What all tests of this module share. */
package dev.pgpool.harness;
