package dev.livemeter.rtmp;

import java.io.IOException;
import java.io.Serial;

/** A server that does not speak RTMP as it should, or says no; the message is a sentence for people, without a secret. */
public final class RtmpFault extends IOException {

    @Serial
    private static final long serialVersionUID = 1L;

    public RtmpFault(String sentence) {
        super(sentence);
    }
}
