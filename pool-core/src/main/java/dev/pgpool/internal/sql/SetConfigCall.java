package dev.pgpool.internal.sql;

import org.jspecify.annotations.Nullable;

/**
 * A call of {@code set_config} whose parenthesis is open.
 *
 * @param open the token that is its parenthesis
 * @param outer the one whose arguments it is within; null if there is none
 */
record SetConfigCall(int open, @Nullable SetConfigCall outer) {
    /** The most tokens that a call may have to be known to end with the transaction. */
    private static final int LONGEST_COUNTED = 1000;

    /** Notes what the call changes, once it is closed by this token. */
    void note(Tokens tokens, int close, Findings findings) {
        boolean plain = tokens.kind(open + 1) == Token.LITERAL && tokens.kind(open + 2) == Token.COMMA;
        String setting = plain ? tokens.literal(open + 1) : null;
        if (isLocal(tokens, close)) {
            SettingNames.changedInTransaction(findings, setting);
        } else {
            SettingNames.changed(findings, setting);
        }
    }

    /** Whether the third and last argument is {@code true}; a long call isn't read again to tell. */
    private boolean isLocal(Tokens tokens, int close) {
        if (tokens.keyword(close - 1) != Keyword.TRUE
                || tokens.kind(close - 2) != Token.COMMA
                || close - open > LONGEST_COUNTED) {
            return false;
        }
        int commas = 0;
        int nesting = 0;
        for (int at = open + 1; at < close; at++) {
            nesting += tokens.nesting(at);
            commas += tokens.kind(at) == Token.COMMA && nesting == 0 ? 1 : 0;
        }
        return commas == 2;
    }
}
