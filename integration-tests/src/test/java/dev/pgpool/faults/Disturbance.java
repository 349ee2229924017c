package dev.pgpool.faults;

import java.time.Duration;

/** Something that happens to a server again and again while there is a load on it. */
interface Disturbance {
    /** The time between two strikes. */
    Duration pause();

    /** Strikes once; tells how many sessions or servers were hit. */
    int strike(Scene scene) throws Exception;
}
