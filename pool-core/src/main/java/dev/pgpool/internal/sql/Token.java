package dev.pgpool.internal.sql;

/** The kinds of token that tell statements and function calls apart; the rest is {@link #OTHER}. */
enum Token {
    /** A keyword or an unquoted name. */
    WORD,
    /** A name in double quotes. */
    QUOTED_NAME,
    /** A string in any of the quotings, or a JDBC escape for a date, time, timestamp or LIKE escape. */
    LITERAL,
    NUMBER,
    /** A JDBC marker {@code ?} or a parameter {@code $1}. */
    PARAMETER,
    OPEN,
    CLOSE,
    COMMA,
    DOT,
    /** The cast {@code ::}. */
    CAST,
    /** One character of an operator. */
    OPERATOR,
    SEMICOLON,
    /** The start <code>{call</code> of a JDBC call. */
    CALL_ESCAPE,
    /** The start <code>{? = call</code> of a JDBC call. */
    RESULT_CALL_ESCAPE,
    OTHER,
    /** The end of the text. */
    END;

    /** Whether such a token alone can change what others mean. */
    boolean isStop() {
        return switch (this) {
            case OPEN, CLOSE, CALL_ESCAPE, RESULT_CALL_ESCAPE, SEMICOLON, END -> true;
            default -> false;
        };
    }

    boolean isName() {
        return this == WORD || this == QUOTED_NAME;
    }
}
