package dev.pgpool.jdbc.internal.url;

import java.nio.charset.StandardCharsets;
import java.security.InvalidKeyException;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/** Compares passwords without keeping them: a hash with a key that is random in each process. */
final class Credential {
    private static final String ALGORITHM = "HmacSHA256";
    private static final SecretKeySpec KEY = randomKey();

    private Credential() {}

    /** Equal texts have equal hashes; an absent one differs from all others. */
    static String hash(@Nullable String... secrets) {
        try {
            Mac mac = Mac.getInstance(ALGORITHM);
            mac.init(KEY);
            for (String secret : secrets) {
                // The length in front keeps ("ab", "c") from being ("a", "bc").
                mac.update((secret == null ? "-" : secret.length() + ":" + secret).getBytes(StandardCharsets.UTF_8));
            }
            return HexFormat.of().formatHex(mac.doFinal());
        } catch (NoSuchAlgorithmException | InvalidKeyException e) {
            throw new IllegalStateException("bug: every Java has " + ALGORITHM, e);
        }
    }

    private static SecretKeySpec randomKey() {
        byte[] key = new byte[32];
        new SecureRandom().nextBytes(key);
        return new SecretKeySpec(key, ALGORITHM);
    }
}
