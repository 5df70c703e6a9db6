package dev.livemeter.platforms.rtmp;

/** A message of RTMP. */
final class Message {

    static final int SET_CHUNK_SIZE = 1;
    static final int ABORT = 2;
    static final int ACKNOWLEDGEMENT = 3;
    static final int USER_CONTROL = 4;
    static final int WINDOW_SIZE = 5;
    static final int PEER_BANDWIDTH = 6;
    static final int AUDIO = 8;
    static final int VIDEO = 9;
    static final int COMMAND_OF_AMF3 = 17;
    static final int DATA = 18;
    static final int COMMAND = 20;

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
    Message(int type, int stream, int millis, byte[] body) {
        this.type = type;
        this.stream = stream;
        this.millis = millis;
        this.body = body;
    }

    int type() {
        return type;
    }

    int stream() {
        return stream;
    }

    int millis() {
        return millis;
    }

    byte[] body() {
        return body;
    }
}
