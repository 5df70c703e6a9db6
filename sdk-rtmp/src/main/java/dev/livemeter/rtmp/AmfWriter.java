package dev.livemeter.rtmp;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Writes the values of a command, one after the other. */
public final class AmfWriter {

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final DataOutputStream out = new DataOutputStream(bytes);

    public AmfWriter text(String text) {
        return write(() -> {
            out.writeByte(2);
            raw(text);
        });
    }

    public AmfWriter number(double number) {
        return write(() -> {
            out.writeByte(0);
            out.writeDouble(number);
        });
    }

    public AmfWriter nothing() {
        return write(() -> out.writeByte(5));
    }

    public AmfWriter members(Map<String, String> members) {
        return write(() -> {
            out.writeByte(3);
            for (var member : members.entrySet()) {
                raw(member.getKey());
                text(member.getValue());
            }
            out.writeShort(0);
            out.writeByte(9);
        });
    }

    public byte[] toBytes() {
        return bytes.toByteArray();
    }

    /** Ours are short: host names, applications, stream keys. */
    private void raw(String text) throws IOException {
        var utf8 = text.getBytes(StandardCharsets.UTF_8);
        if (utf8.length > 0xFFFF) {
            throw new IllegalArgumentException("A text of " + utf8.length + " bytes is too long for a command.");
        }
        out.writeShort(utf8.length);
        out.write(utf8);
    }

    private AmfWriter write(Writing writing) {
        try {
            writing.run();
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e); // into memory
        }
    }

    private interface Writing {
        void run() throws IOException;
    }
}
