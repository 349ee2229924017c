package dev.pgpool.testserver;

import java.nio.file.Path;
import java.util.List;

/**
 * The way to run PostgreSQL's programs as somebody who is not root, whom they refuse.
 *
 * @param prefix what goes before each command
 * @param owner the {@code uid:gid} that must own a data directory, or empty if it may stay as created
 */
record Privileges(List<String> prefix, String owner) {
    private static final String NOBODY = "65534";

    /** Found once: as an ordinary user nothing is needed. */
    static final Privileges DROPPED = find();

    private static Privileges find() {
        if (!"root".equals(System.getProperty("user.name"))) {
            return new Privileges(List.of(), "");
        }
        // In a user namespace of its own, root has no name and keeps its files; containers often forbid this.
        if (Tool.run(List.of("unshare", "-U", "true")).succeeded()) {
            return new Privileges(List.of("unshare", "-U"), "");
        }
        return new Privileges(
                List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups"), NOBODY + ":" + NOBODY);
    }

    /** Gives a directory and all below it to the user that the programs run as. */
    void own(Path directory) {
        if (!owner.isEmpty()) {
            Tool.run(List.of("chown", "-R", owner, directory.toString())).orThrow();
        }
    }
}
