package dev.livemeter.fleet;

import org.jspecify.annotations.Nullable;

/**
 * How a relay is.
 *
 * @param trouble why it does not work, in a sentence for people; null where it does
 * @param cpuPercent how busy its processor is: 100 where it can do no more; null where that is not known
 */
public record RelayHealth(
        @Nullable String trouble, @Nullable Integer cpuPercent) {

    /** It works. */
    public static RelayHealth up() {
        return new RelayHealth(null, null);
    }

    /** It works, and its processor is that busy. */
    public static RelayHealth up(int cpuPercent) {
        return new RelayHealth(null, cpuPercent);
    }

    /** It does not work. */
    public static RelayHealth down(String sentence) {
        return new RelayHealth(sentence, null);
    }

    public boolean isUp() {
        return trouble == null;
    }
}
