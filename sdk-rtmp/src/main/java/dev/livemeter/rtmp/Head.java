package dev.livemeter.rtmp;

/** Reads the first bytes of something; who reads asks first whether they are there. */
final class Head {

    private final byte[] bytes;
    private int at;

    Head(byte[] bytes) {
        this.bytes = bytes;
    }

    boolean has(int more) {
        return bytes.length - at >= more;
    }

    int octet() {
        return bytes[at++] & 0xFF;
    }

    int two() {
        return (octet() << 8) | octet();
    }

    int four() {
        return (two() << 16) | two();
    }

    void skip(int count) {
        at += count;
    }
}
