package dev.pgpool.internal.lease;

import java.lang.StackWalker.StackFrame;
import java.util.List;
import java.util.stream.Collectors;

/** Where in the application something was called; cheap to take, turned into text only when needed. */
final class CallSite {
    private static final StackWalker WALKER = StackWalker.getInstance();
    private static final int FRAMES = 10;

    private final List<StackFrame> frames;

    private CallSite(List<StackFrame> frames) {
        this.frames = frames;
    }

    static CallSite here() {
        return new CallSite(WALKER.walk(
                stack -> stack.dropWhile(frame -> frame.getClassName().startsWith("dev.pgpool.internal.")
                                || frame.getClassName().startsWith("dev.pgpool.jdbc.")
                                || frame.getClassName().startsWith("java."))
                        .limit(FRAMES)
                        .toList()));
    }

    @Override
    public String toString() {
        return frames.stream().map(StackFrame::toString).collect(Collectors.joining("\n\tat ", "\tat ", ""));
    }
}
