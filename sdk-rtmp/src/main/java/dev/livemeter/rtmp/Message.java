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

    /**
     * A message.
     *
     * @param type such as {@link #COMMAND}
     * @param stream 0 for the connection as a whole
     * @param millis its time
     * @param body not copied, and changed by nobody from now on
     */
    public Message(int type, int stream, int millis, byte[] body) {
        this.type = type;
        this.stream = stream;
        this.millis = millis;
        this.body = body;
    }

    public int type() {
        return type;
    }

    public int stream() {
        return stream;
    }

    public int millis() {
        return millis;
    }

    public byte[] body() {
        return body;
    }
}
