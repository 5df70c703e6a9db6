package dev.livemeter.thumbnail;

import dev.livemeter.LivemeterException;
import java.net.URI;
import java.util.Arrays;
import java.util.Locale;

/** A picture, where one lies elsewhere, or why there is none. */
public sealed interface ThumbnailContent {

    /** How many bytes a store takes. */
    int MOST_BYTES = 500_000;

    /** A JPEG of our own making. */
    final class Picture implements ThumbnailContent {

        private final byte[] jpeg;

        /**
         * A copy of those bytes.
         *
         * @throws LivemeterException {@code thumbnail.malformed} if they are no JPEG, or more than {@value ThumbnailContent#MOST_BYTES}
         */
        public Picture(byte[] jpeg) {
            var length = jpeg.length;
            var whole = length >= 4
                    && (jpeg[0] & 0xFF) == 0xFF
                    && (jpeg[1] & 0xFF) == 0xD8
                    && (jpeg[length - 2] & 0xFF) == 0xFF
                    && (jpeg[length - 1] & 0xFF) == 0xD9;
            if (!whole || length > MOST_BYTES) {
                throw new LivemeterException(
                        "thumbnail.malformed",
                        "A thumbnail of " + length + " bytes was given; expected a whole JPEG of at most " + MOST_BYTES
                                + " bytes.");
            }
            this.jpeg = jpeg.clone();
        }

        /** A copy of the bytes. */
        public byte[] jpeg() {
            return jpeg.clone();
        }

        /** How many bytes. */
        public int bytes() {
            return jpeg.length;
        }

        @Override
        public boolean equals(Object other) {
            return other instanceof Picture that && Arrays.equals(jpeg, that.jpeg);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(jpeg);
        }

        @Override
        public String toString() {
            return "Picture[" + jpeg.length + " bytes]";
        }
    }

    /**
     * A picture of somebody else's: the host's own, or the platform's. Nobody here loads it.
     *
     * @param address of the web
     */
    record Link(URI address) implements ThumbnailContent {

        private static final int LONGEST = 2000;

        /**
         * An address.
         *
         * @throws LivemeterException {@code thumbnail.malformed} if it is none of the web's
         */
        public Link {
            var scheme = address.getScheme() == null ? "" : address.getScheme().toLowerCase(Locale.ROOT);
            var web = scheme.equals("https") || scheme.equals("http");
            if (!web
                    || address.getHost() == null
                    || address.getRawUserInfo() != null
                    || address.toString().length() > LONGEST) {
                throw new LivemeterException(
                        "thumbnail.malformed",
                        "The address of a thumbnail does not fit; expected one that begins with https:// or http://,"
                                + " has a host and no user, and at most " + LONGEST + " characters.");
            }
        }
    }

    /**
     * None.
     *
     * @param why a sentence for people
     */
    record Missing(String why) implements ThumbnailContent {

        private static final int LONGEST = 500;

        /** A sentence; what is too long of it is left out. */
        public Missing {
            why = why.length() <= LONGEST ? why : why.substring(0, LONGEST);
        }
    }
}
