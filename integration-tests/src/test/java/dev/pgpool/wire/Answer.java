package dev.pgpool.wire;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * What a {@link FakeServer} answers when a text is executed.
 *
 * @param columns how many there are, all of type text; zero for a statement that gives no rows
 * @param tag what is said when it is done, such as INSERT 0 1
 */
record Answer(int columns, List<List<String>> rows, String tag) {
    private static final int TEXT = 25;

    /** One row. */
    static Answer row(String... values) {
        return new Answer(values.length, List.of(List.of(values)), "SELECT 1");
    }

    /** No row of so many columns. */
    static Answer noRow(int columns) {
        return new Answer(columns, List.of(), "SELECT 0");
    }

    /** No result. */
    static Answer done(String tag) {
        return new Answer(0, List.of(), tag);
    }

    /** RowDescription, or NoData. */
    Message description() {
        if (columns == 0) {
            return new Message('n', new byte[0]);
        }
        ByteBuffer body = ByteBuffer.allocate(2 + 32 * columns).putShort((short) columns);
        for (int column = 1; column <= columns; column++) {
            body.put(("column" + column + '\0').getBytes(StandardCharsets.UTF_8));
            body.putInt(0).putShort((short) 0);
            body.putInt(TEXT).putShort((short) -1).putInt(-1).putShort((short) 0);
        }
        return Message.of('T', body);
    }

    /** DataRow, for each of the rows. */
    List<Message> data() {
        return rows.stream().map(Answer::data).toList();
    }

    private static Message data(List<String> values) {
        List<byte[]> encoded = values.stream()
                .map(value -> value.getBytes(StandardCharsets.UTF_8))
                .toList();
        int size = encoded.stream().mapToInt(value -> 4 + value.length).sum();
        ByteBuffer body = ByteBuffer.allocate(2 + size).putShort((short) encoded.size());
        encoded.forEach(value -> body.putInt(value.length).put(value));
        return Message.of(Message.DATA_ROW, body);
    }
}
