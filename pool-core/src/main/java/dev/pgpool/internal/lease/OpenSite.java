package dev.pgpool.internal.lease;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.stream.Collectors;

/** Where in the application a logical connection was opened; cheap to take, turned into text only when needed. */
final class OpenSite {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final int FRAMES = 10;

    private final List<StackFrame> frames;

    private OpenSite(List<StackFrame> frames) {
        this.frames = frames;
    }

    static OpenSite here() {
        return new OpenSite(WALKER.walk(
                stack -> stack.dropWhile(frame -> frame.getClassName().startsWith("dev.pgpool.internal.")
                                || frame.getClassName().startsWith("dev.pgpool.jdbc.")
                                || frame.getClassName().startsWith("java.sql."))
                        .limit(FRAMES)
                        .toList()));
    }

    @Override
    public String toString() {
        return frames.stream().map(StackFrame::toString).collect(Collectors.joining("\n\tat ", "\tat ", ""));
    }
}
