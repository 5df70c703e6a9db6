package dev.livemeter.rtmp;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.net.URI;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The client's side of one RTMP connection: handshake, connect and, only where it is told to, publish or play. One thread. */
public final class RtmpSession {

    private static final int WINDOW = 2_500_000;
    private static final int COMMANDS = 3;
    private static final int PUBLISHING = 4;

    /** The start of a live stream, as players ask for it. */
    private static final int LIVE = -1000;

    private static final Pattern CODE = Pattern.compile("[A-Za-z][A-Za-z0-9.]{0,79}");

    private final Deadline.Reading in;
    private final BufferedInputStream buffered;
    private final OutputStream out;
    private final ChunkReader reader;
    private final ChunkWriter writer;
    private long window;
    private long acknowledged;
    private double transactions;
    private int stream;

    /** One that publishes at most: nobody sends sound or pictures to it. */
    public RtmpSession(Socket socket, Deadline until) throws IOException {
        this(socket, until, ChunkReader.Limits.PUBLISHING);
    }

    private RtmpSession(Socket socket, Deadline until, ChunkReader.Limits limits) throws IOException {
        in = new Deadline.Reading(socket, until);
        buffered = new BufferedInputStream(in, 4096);
        out = socket.getOutputStream();
        reader = new ChunkReader(buffered, limits);
        writer = new ChunkWriter(out);
    }

    /** One that watches a stream for some seconds. Of sound and pictures it keeps the first 512 bytes of each message. */
    public static RtmpSession watching(Socket socket, Deadline until) throws IOException {
        return new RtmpSession(socket, until, ChunkReader.Limits.WATCHING);
    }

    /** From the next message of sound or picture on, keeps so many bytes of each, for who wants a picture whole; 512 again where it wants none any more. */
    public void keep(int bytes) {
        reader.keep(bytes);
    }

    /** A server's answer to something. */
    public record Answer(String name, List<Amf> values) {

        public boolean isRefusal() {
            return name.equals("_error");
        }

        /** The code of the information object, if it has the form of one; else nothing. Never what else a server wrote. */
        public String code() {
            for (var value : values) {
                if (value instanceof Amf.Members members
                        && CODE.matcher(members.text("code")).matches()) {
                    return members.text("code");
                }
            }
            return "";
        }

        public boolean isOfLevel(String level) {
            return values.stream()
                    .anyMatch(value -> value instanceof Amf.Members members
                            && members.text("level").equals(level));
        }
    }

    public void until(Deadline next) {
        in.until(next);
    }

    /** The plain handshake, as encoders do it. */
    public void shakeHands() throws IOException {
        Handshake.ask(buffered, out);
    }

    /** Asks for an application. */
    public Answer connect(URI server) throws IOException {
        writer.widen();
        var application = application(server);
        var about = new LinkedHashMap<String, String>();
        about.put("app", application);
        about.put("type", "nonprivate");
        about.put("flashVer", "FMLE/3.0 (compatible; Livemeter)");
        about.put("tcUrl", address(server) + "/" + application);
        var transaction = ++transactions;
        command(COMMANDS, 0, new AmfWriter().text("connect").number(transaction).members(about));
        return answerTo(transaction);
    }

    /** Asks to publish under a key; returns the server's word on it. */
    public Answer publish(String key) throws IOException {
        command(
                COMMANDS,
                0,
                new AmfWriter()
                        .text("releaseStream")
                        .number(++transactions)
                        .nothing()
                        .text(key));
        command(
                COMMANDS,
                0,
                new AmfWriter()
                        .text("FCPublish")
                        .number(++transactions)
                        .nothing()
                        .text(key));
        var created = createStream();
        if (created.isRefusal()) {
            return created;
        }
        command(
                PUBLISHING,
                stream,
                new AmfWriter()
                        .text("publish")
                        .number(++transactions)
                        .nothing()
                        .text(key)
                        .text("live"));
        return status();
    }

    /**
     * Asks to publish under a key and takes leave of it at once, so that nothing is ever sent. Returns the server's word on it: {@code NetStream.Publish.Start} where nobody publishes under it, else mostly
     * {@code NetStream.Publish.BadName}. May be done again and again on one connection, as long as nothing else is published or played on it.
     */
    public Answer touch(String key) throws IOException {
        if (stream == 0) {
            var created = createStream();
            if (created.isRefusal()) {
                return created;
            }
        }
        command(
                PUBLISHING,
                stream,
                new AmfWriter()
                        .text("publish")
                        .number(++transactions)
                        .nothing()
                        .text(key)
                        .text("live"));
        var answer = status();
        while (answer.code().startsWith("NetStream.Unpublish")) {
            // It is about the time before.
            answer = status();
        }
        command(
                PUBLISHING,
                stream,
                new AmfWriter().text("closeStream").number(++transactions).nothing());
        return answer;
    }

    private Answer createStream() throws IOException {
        var transaction = ++transactions;
        command(
                COMMANDS,
                0,
                new AmfWriter().text("createStream").number(transaction).nothing());
        var created = answerTo(transaction);
        stream = created.values().stream()
                .skip(1)
                .filter(Amf.Numeric.class::isInstance)
                .map(value -> (int) ((Amf.Numeric) value).value())
                .reduce((first, last) -> last)
                .orElse(1);
        return created;
    }

    private Answer status() throws IOException {
        while (true) {
            var status = command();
            if (status.name().equals("onStatus")
                    || (status.isRefusal() && status.values().contains(new Amf.Numeric(transactions)))) {
                return status;
            }
        }
    }

    /** Asks to see a live stream; returns the server's word on it. What comes from then on, {@link #next} gives. */
    public Answer play(String name) throws IOException {
        var created = createStream();
        if (created.isRefusal()) {
            return created;
        }
        command(
                PUBLISHING,
                stream,
                new AmfWriter()
                        .text("play")
                        .number(++transactions)
                        .nothing()
                        .text(name)
                        .number(LIVE));
        return status();
    }

    /** The next message, whatever it is; what is about the connection is obeyed as well. */
    public Message next() throws IOException {
        var message = reader.next();
        react(message);
        return message;
    }

    /** A piece of the clip. */
    public void media(int type, int millis, byte[] body) throws IOException {
        writer.write(PUBLISHING + 2, new Message(type, stream, millis, body));
    }

    /** Whether the server begins to say something within that time. */
    public boolean speaksWithin(Duration span) throws IOException {
        var before = in.until(Deadline.in(span));
        buffered.mark(1);
        try {
            if (buffered.read() < 0) {
                throw new EOFException();
            }
            buffered.reset();
            return true;
        } catch (SocketTimeoutException quiet) {
            return false;
        } finally {
            in.until(before);
        }
    }

    /** The next message that the server has for us, whatever it is; empty where it is no command. */
    public Optional<Answer> heard() throws IOException {
        return Optional.ofNullable(react(reader.next()));
    }

    /** Takes leave; a server that does not listen any more is not waited for. */
    public void unpublish(String key) throws IOException {
        command(
                COMMANDS,
                0,
                new AmfWriter()
                        .text("FCUnpublish")
                        .number(++transactions)
                        .nothing()
                        .text(key));
        command(
                COMMANDS,
                0,
                new AmfWriter()
                        .text("deleteStream")
                        .number(++transactions)
                        .nothing()
                        .number(stream));
    }

    private void command(int lane, int ofStream, AmfWriter values) throws IOException {
        writer.write(lane, new Message(Message.COMMAND, ofStream, 0, values.toBytes()));
    }

    private Answer answerTo(double transaction) throws IOException {
        while (true) {
            var answer = command();
            var named = answer.name().equals("_result") || answer.isRefusal();
            if (named && !answer.values().isEmpty() && answer.values().get(0).equals(new Amf.Numeric(transaction))) {
                return answer;
            }
        }
    }

    /** The next command. */
    private Answer command() throws IOException {
        while (true) {
            var answer = react(reader.next());
            if (answer != null) {
                return answer;
            }
        }
    }

    /** Obeys what is about the connection; null where it is no command. */
    private @Nullable Answer react(Message message) throws IOException {
        acknowledge();
        var body = message.body();
        switch (message.type()) {
            case Message.WINDOW_SIZE -> window = body.length == 4 ? ChunkReader.number(body) & 0xFFFFFFFFL : 0;
            case Message.PEER_BANDWIDTH -> writer.control(Message.WINDOW_SIZE, ChunkWriter.four(WINDOW));
            case Message.USER_CONTROL -> answerPing(body);
            case Message.COMMAND -> {
                return answer(body);
            }
            case Message.COMMAND_OF_AMF3 -> {
                return answer(body.length == 0 ? body : Arrays.copyOfRange(body, 1, body.length));
            }
            default -> {
                // Sound and pictures, and what describes them.
            }
        }
        return null;
    }

    private static Answer answer(byte[] body) throws RtmpFault {
        var values = AmfReader.read(body);
        if (values.isEmpty() || !(values.get(0) instanceof Amf.Text name)) {
            throw new RtmpFault("The server sent a command without a name; it may be no RTMP server.");
        }
        return new Answer(name.value(), values.subList(1, values.size()));
    }

    private void acknowledge() throws IOException {
        if (window > 0 && reader.bytesRead() - acknowledged >= window) {
            acknowledged = reader.bytesRead();
            writer.control(Message.ACKNOWLEDGEMENT, ChunkWriter.four((int) acknowledged));
        }
    }

    private void answerPing(byte[] body) throws IOException {
        if (body.length == 6 && body[0] == 0 && body[1] == 6) {
            var pong = body.clone();
            pong[1] = 7;
            writer.control(Message.USER_CONTROL, pong);
        }
    }

    public static String application(URI server) {
        var path = server.getRawPath();
        return path.substring(1, path.endsWith("/") ? path.length() - 1 : path.length());
    }

    private static String address(URI server) {
        return server.getScheme() + "://" + server.getRawAuthority();
    }
}
