package dev.pgpool.testserver;

import java.nio.file.Path;
import java.util.List;

/**
 * The way to run PostgreSQL's programs, which refuse root.
 *
 * @param prefix what goes before each command
 * @param owner the {@code uid:gid} that must own a data directory, or empty if it may stay as created
 */
record Privileges(List<String> prefix, String owner) {
    private static final String NOBODY = "65534";

    /** Found once. */
    static final Privileges DROPPED = find();

    private static Privileges find() {
        String user = System.getProperty("user.name");
        boolean root = "root".equals(user);
        boolean nameless = "?".equals(user); // initdb insists on a name; containers run as users that have none
        if (!root && !nameless) {
            return new Privileges(List.of(), "");
        }
        // In a user namespace of its own, a process is nobody and keeps its files; some containers forbid this.
        if (Tool.run(List.of("unshare", "-U", "true")).succeeded()) {
            return new Privileges(List.of("unshare", "-U"), "");
        }
        return root
                ? new Privileges(
                        List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"),
                        NOBODY + ":" + NOBODY)
                : new Privileges(List.of(), "");
    }

    /** Gives a directory and all below it to the user that the programs run as. */
    void own(Path directory) {
        if (!owner.isEmpty()) {
            Tool.run(List.of("chown", "-R", owner, directory.toString())).orThrow();
        }
    }
}
