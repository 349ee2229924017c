package dev.pgpool.jdbc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Objects;
import java.util.Properties;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The version of this driver, as written by the build. */
record Version(int major, int minor) {
    static final Version CURRENT = parse(load());

    private static String load() {
        try (InputStream in = Objects.requireNonNull(
                Version.class.getResourceAsStream("version.properties"),
                "bug: the build wrote no version.properties")) {
            Properties properties = new Properties();
            properties.load(in);
            return properties.getProperty("version", "");
        } catch (IOException e) {
            throw new UncheckedIOException("can't read version.properties from the driver's jar", e);
        }
    }

    static Version parse(String text) {
        Matcher matcher = Pattern.compile("(\\d+)\\.(\\d+).*").matcher(text);
        if (!matcher.matches()) {
            throw new IllegalStateException("bug: the build wrote the version " + text);
        }
        return new Version(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
    }
}
