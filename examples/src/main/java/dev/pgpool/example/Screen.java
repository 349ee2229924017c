package dev.pgpool.example;

import java.io.PrintStream;
import java.lang.reflect.InvocationTargetException;
import java.util.concurrent.TimeUnit;

/** Where the example writes: a terminal, whose last line is refreshed, or plain lines. Not for many threads. */
final class Screen {
    private static final long PLAIN_EVERY_NANOS = TimeUnit.SECONDS.toNanos(2);
    private static final String ERASE = "\r\033[2K";
    // A line that is too long for the terminal is cut off: wrapped, it could not be erased.
    private static final String NO_WRAP = "\033[?7l";
    private static final String WRAP = "\033[?7h";

    private final PrintStream out;
    private final boolean live;
    private boolean unfinished;
    private long lastProgress = System.nanoTime() - PLAIN_EVERY_NANOS;

    Screen(PrintStream out, boolean live) {
        this.out = out;
        this.live = live;
    }

    /** A screen on standard output, live if that is a terminal. */
    static Screen standard() {
        return new Screen(System.out, System.getenv("TERM") != null && terminal());
    }

    private static boolean terminal() {
        if (System.console() == null) {
            return false;
        }
        try {
            // From JDK 22 on there is a console without a terminal too, and this method to ask.
            return (Boolean) System.console().getClass().getMethod("isTerminal").invoke(System.console());
        } catch (NoSuchMethodException older) {
            return true;
        } catch (IllegalAccessException | InvocationTargetException e) {
            return false;
        }
    }

    void line(String text) {
        if (unfinished) {
            out.print(ERASE);
            unfinished = false;
        }
        out.println(text);
        out.flush();
    }

    /** Shows how things stand: in place of the last such line on a terminal, else every two seconds. */
    void progress(String text) {
        if (live) {
            out.print(ERASE + NO_WRAP + text + WRAP);
            out.flush();
            unfinished = true;
        } else if (System.nanoTime() - lastProgress >= PLAIN_EVERY_NANOS) {
            lastProgress = System.nanoTime();
            line(text);
        }
    }
}
