package dev.livemeter.billing;

import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Comma-separated values as RFC 4180 has them. */
final class Csv {

    private static final int END = -1;

    private Csv() {}

    /** Writes a record. */
    static void write(Appendable to, List<String> cells) throws IOException {
        for (var i = 0; i < cells.size(); i++) {
            to.append(i == 0 ? "" : ",").append(quoted(cells.get(i)));
        }
        to.append("\r\n");
    }

    /**
     * A cell that no spreadsheet takes for a formula: an apostrophe before the signs that begin one. A negative number is none.
     */
    static String harmless(String text) {
        return !text.isEmpty() && "=+-@\t\r\n".indexOf(text.charAt(0)) >= 0 && !text.matches("-[0-9]+(\\.[0-9]+)?")
                ? "'" + text
                : text;
    }

    private static String quoted(String text) {
        var safe = harmless(text);
        return safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n')
                ? '"' + safe.replace("\"", "\"\"") + '"'
                : safe;
    }

    /** Reads the next record; empty at the end. What is not quoted as it should be is read as it stands. */
    static Optional<List<String>> read(Reader from) throws IOException {
        var cells = new ArrayList<String>();
        var cell = new StringBuilder();
        var quoted = false;
        var closed = false;
        var any = false;
        for (var c = from.read(); ; c = from.read()) {
            if (c == END) {
                if (!any) {
                    return Optional.empty();
                }
                cells.add(cell.toString());
                return Optional.of(cells);
            }
            any = true;
            if (c == '"') {
                // A quote right after the closing one stands for itself, and the cell goes on.
                if (closed) {
                    cell.append('"');
                }
                closed = quoted;
                quoted = !quoted;
                continue;
            }
            closed = false;
            if (quoted) {
                cell.append((char) c);
            } else if (c == ',') {
                cells.add(cell.toString());
                cell.setLength(0);
            } else if (c == '\n') {
                cells.add(cell.toString());
                return Optional.of(cells);
            } else if (c != '\r') {
                cell.append((char) c);
            }
        }
    }
}
