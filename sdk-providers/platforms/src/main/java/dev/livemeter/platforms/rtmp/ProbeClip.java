package dev.livemeter.platforms.rtmp;

import dev.livemeter.rtmp.AmfWriter;
import dev.livemeter.rtmp.Message;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/** Two seconds of a test picture and a tone, H.264 and AAC, made beforehand: {@code probe.flv}. */
final class ProbeClip {

    private static final int FLV_HEADER = 9 + 4;

    private final List<Message> pieces;

    private ProbeClip(List<Message> pieces) {
        this.pieces = List.copyOf(pieces);
    }

    static ProbeClip load() {
        try (var file = ProbeClip.class.getResourceAsStream("probe.flv")) {
            if (file == null) {
                throw new IllegalStateException("The clip probe.flv is missing in the jar.");
            }
            return new ProbeClip(read(new DataInputStream(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What is sent, in order; the time of each says when. */
    List<Message> pieces() {
        return pieces;
    }

    private static List<Message> read(DataInputStream flv) throws IOException {
        flv.skipNBytes(FLV_HEADER);
        var pieces = new ArrayList<Message>();
        while (true) {
            final int type;
            try {
                type = flv.readUnsignedByte();
            } catch (EOFException end) {
                return pieces;
            }
            var length = (flv.readUnsignedByte() << 16) | flv.readUnsignedShort();
            var millis = (flv.readUnsignedByte() << 16) | flv.readUnsignedShort();
            flv.skipNBytes(4);
            var body = flv.readNBytes(length);
            flv.skipNBytes(4);
            pieces.add(new Message(type, 0, millis, type == Message.DATA ? asFrame(body) : body));
        }
    }

    /** In a file the description of a stream stands alone; on the way it is told to keep it. */
    private static byte[] asFrame(byte[] description) {
        var whole = new ByteArrayOutputStream();
        whole.writeBytes(new AmfWriter().text("@setDataFrame").toBytes());
        whole.writeBytes(description);
        return whole.toByteArray();
    }
}
