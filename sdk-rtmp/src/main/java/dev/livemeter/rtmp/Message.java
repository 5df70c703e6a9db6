package dev.livemeter.rtmp;

/** A message of RTMP. */
public final class Message {

    public static final int SET_CHUNK_SIZE = 1;
    public static final int ABORT = 2;
    public static final int ACKNOWLEDGEMENT = 3;
    public static final int USER_CONTROL = 4;
    public static final int WINDOW_SIZE = 5;
    public static final int PEER_BANDWIDTH = 6;
    public static final int AUDIO = 8;
    public static final int VIDEO = 9;
    public static final int COMMAND_OF_AMF3 = 17;
    public static final int DATA = 18;
    public static final int COMMAND = 20;

    private final int type;
    private final int stream;
    private final int millis;
    private final byte[] body;
    private final int length;

    /**
     * A message.
     *
     * @param type such as {@link #COMMAND}
     * @param stream 0 for the connection as a whole
     * @param millis its time
     * @param body not copied, and changed by nobody from now on
     */
    public Message(int type, int stream, int millis, byte[] body) {
        this(type, stream, millis, body, body.length);
    }

    /** One of which only the beginning was kept. */
    public Message(int type, int stream, int millis, byte[] body, int length) {
        this.type = type;
        this.stream = stream;
        this.millis = millis;
        this.body = body;
        this.length = length;
    }

    public int type() {
        return type;
    }

    public int stream() {
        return stream;
    }

    /** Its time, as unsigned 32 bits: it begins anew after 49.7 days. */
    public int millis() {
        return millis;
    }

    /** How many bytes came; more than {@link #body} has where only the beginning was kept. */
    public int length() {
        return length;
    }

    public byte[] body() {
        return body;
    }
}
