package dev.livemeter.platforms.youtube;

import dev.livemeter.broadcast.BroadcastPlan;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;

/**
 * The name that a stream at YouTube is given, by which the broadcast of a plan is found again after a crash. The owner of the channel alone sees it, and nothing of ours can
 * be read from it.
 */
final class Marker {

    private Marker() {}

    static String of(BroadcastPlan plan) {
        try {
            var hash = MessageDigest.getInstance("SHA-256")
                    .digest((plan.session() + "\n" + plan.destination()).getBytes(StandardCharsets.UTF_8));
            return "Livemeter " + new BigInteger(1, Arrays.copyOf(hash, 16)).toString(36);
        } catch (NoSuchAlgorithmException everyJdkHasIt) {
            throw new IllegalStateException(everyJdkHasIt);
        }
    }
}
