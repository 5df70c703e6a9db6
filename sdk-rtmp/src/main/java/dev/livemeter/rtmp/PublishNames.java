package dev.livemeter.rtmp;

import java.nio.charset.StandardCharsets;

/**
 * What a publisher names: where it publishes, and as what. The stream's name is a platform's key, so this prints without it.
 *
 * @param application such as {@code app}
 * @param tcUrl the address of that application, such as {@code rtmp://host/app}
 * @param stream the name to publish under, with its arguments
 */
public record PublishNames(String application, String tcUrl, String stream) {

    /** What a text of a command can hold. */
    private static final int LONGEST = 0xFFFF;

    public PublishNames {
        for (var name : new String[] {application, tcUrl, stream}) {
            var length = name.getBytes(StandardCharsets.UTF_8).length;
            if (length > LONGEST) {
                throw new IllegalArgumentException("A name to publish by has " + length
                        + " bytes; a command holds texts of " + LONGEST + " at most.");
            }
        }
    }

    @Override
    public String toString() {
        return "PublishNames[····]";
    }
}
