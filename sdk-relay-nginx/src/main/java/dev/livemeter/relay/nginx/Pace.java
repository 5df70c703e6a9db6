package dev.livemeter.relay.nginx;

import java.time.Duration;

/**
 * The waiting times of the relay.
 *
 * @param heartbeat how often nginx tells that a publisher is there
 * @param connect how long a destination's server may take before the attempt counts as failed. nginx reports only what worked: a server that
 *     refuses the connection, or takes it and then says nothing, gives no event at all
 * @param settle how long a destination must hold before it counts as live; most platforms answer a wrong key by closing at
 *     once, and nobody is to pay for that
 * @param grace how long the end of a push waits for the end of the whole stream, which explains it
 * @param stable after how long a destination that held counts as good again
 * @param retry from attempt to attempt
 */
record Pace(Duration heartbeat, Duration connect, Duration settle, Duration grace, Duration stable, Backoff retry) {

    static Pace of(Duration heartbeat) {
        return new Pace(
                heartbeat,
                Duration.ofSeconds(5),
                Duration.ofSeconds(1),
                Duration.ofMillis(300),
                Duration.ofSeconds(30),
                new Backoff(Duration.ofSeconds(2), Duration.ofSeconds(60)));
    }

    /** Without proof of life for that long a publisher counts as lost: two heartbeats were due, and their answers had time. */
    Duration lost() {
        return heartbeat.multipliedBy(2).plusSeconds(1);
    }

    /** In that time everything that runs has given a heartbeat. */
    Duration collect() {
        return heartbeat.plusSeconds(1);
    }

    /** The same where the gate may have answered the first ones itself, by what it heard before. */
    Duration collectBehindGate() {
        return heartbeat.plusMillis(2_500);
    }

    /** How long unknown publishers are asked for: another node's lease may have to end before their sessions can be taken up. */
    Duration unknown() {
        return resume().plusSeconds(40);
    }

    /** In that time every publisher that runs has given one more, and perhaps another that could not be decided. */
    Duration resume() {
        return heartbeat.multipliedBy(3).plusSeconds(3);
    }

    /**
     * The same where other nodes work with the same nginx: a publisher comes here within a heartbeat after its node went away, is listened to for a whole heartbeat, which it proves with the third,
     * and may be undecided once.
     */
    Duration resumeAmongOthers() {
        return heartbeat.multipliedBy(4).plusSeconds(5);
    }

    /** After how long nginx drops a publisher that sends nothing. */
    Duration idle() {
        var three = heartbeat.multipliedBy(3);
        var least = Duration.ofSeconds(15);
        return three.compareTo(least) > 0 ? three : least;
    }
}
