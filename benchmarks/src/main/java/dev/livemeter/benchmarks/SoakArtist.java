package dev.livemeter.benchmarks;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;

/** One artist of a soak, with an encoder that comes back whenever it is turned away, as OBS does. One thread. */
final class SoakArtist implements Runnable {

    /** How an artist behaves. */
    enum Manner {
        /** Streams all the time. */
        STEADY,
        /** Comes and goes, sometimes without a farewell. */
        GUEST,
        /** Stands still now and then, with the connection open. */
        FREEZING,
        /** Has money for a short time only, and pays in again. */
        POOR
    }

    /** How an encoder comes. */
    enum Way {
        PLAIN,
        TLS
    }

    /** What an artist with little money pays in, in seconds. */
    static final int POOR_SECONDS = 30;

    private static final Duration AGAIN = Duration.ofSeconds(2);

    /** What all artists share. */
    interface Stage {

        /** Where an encoder of that way publishes to. */
        String ingest(Way way);

        SoakOutages outages();

        boolean isOver();

        void credit(String user, int cents, String order) throws IOException;
    }

    private final String user;
    private final String key;
    private final Manner manner;
    private final Way way;
    private final Stage stage;
    private final Encoders encoders;
    private final RandomGenerator random;
    private final SoakFindings findings;
    private int payments;

    /** What is left of earlier payments at most, where something else ended the stream. */
    private int leftSeconds;

    SoakArtist(
            String user,
            String key,
            Manner manner,
            Way way,
            Stage stage,
            Encoders encoders,
            RandomGenerator random,
            SoakFindings findings) {
        this.user = user;
        this.key = key;
        this.manner = manner;
        this.way = way;
        this.stage = stage;
        this.encoders = encoders;
        this.random = random;
        this.findings = findings;
    }

    String user() {
        return user;
    }

    Manner manner() {
        return manner;
    }

    @Override
    public void run() {
        try {
            while (!stage.isOver()) {
                act();
                pause(AGAIN);
            }
        } catch (IOException | RuntimeException e) {
            findings.wrong(user + " streams no more: " + e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void act() throws IOException, InterruptedException {
        var encoder = encoders.publish(stage.ingest(way), key);
        try {
            switch (manner) {
                case STEADY -> stream(encoder, Duration.ofHours(10));
                case GUEST -> {
                    stream(encoder, Duration.ofSeconds(15 + random.nextInt(40)));
                    if (random.nextBoolean()) {
                        encoder.destroyForcibly();
                    }
                }
                case FREEZING -> freeze(encoder);
                case POOR -> spend(encoder);
            }
        } finally {
            encoder.destroy();
            if (!encoder.waitFor(5, TimeUnit.SECONDS)) {
                encoder.destroyForcibly();
            }
            encoders.forget(encoder);
        }
        if (manner == Manner.GUEST) {
            pause(Duration.ofSeconds(2 + random.nextInt(10)));
        }
    }

    /** Streams so long; that it is thrown out is wrong, unless nginx died, or nobody could let it in or had answered for it yet. */
    private void stream(Process encoder, Duration length) throws InterruptedException {
        var came = Instant.now();
        var end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end && !stage.isOver()) {
            if (encoder.waitFor(500, TimeUnit.MILLISECONDS)) {
                var now = Instant.now();
                if (!stage.outages().mayThrowOut(came, now)) {
                    findings.wrong(user + " was thrown out after "
                            + Duration.between(came, now).toSeconds()
                            + " s, and nothing happened that ends its stream.");
                }
                return;
            }
        }
    }

    private void freeze(Process encoder) throws IOException, InterruptedException {
        stream(encoder, Duration.ofSeconds(25));
        if (!encoder.isAlive() || stage.isOver()) {
            return;
        }
        signal(encoder, "STOP");
        pause(Duration.ofSeconds(35));
        signal(encoder, "CONT");
        if (!encoder.waitFor(15, TimeUnit.SECONDS) && !stage.isOver()) {
            findings.wrong(user + " stood still for 35 s and was let go on.");
        }
    }

    /** Streams until the money is used up, which has to be noticed; then is refused until it pays in. */
    private void spend(Process encoder) throws IOException, InterruptedException {
        var most = Duration.ofSeconds(POOR_SECONDS + leftSeconds)
                .plus(SoakApplication.HEARTBEAT)
                .plusSeconds(8);
        var end = System.nanoTime() + most.toNanos();
        while (System.nanoTime() < end && !stage.isOver()) {
            if (encoder.waitFor(500, TimeUnit.MILLISECONDS)) {
                break;
            }
        }
        if (stage.isOver()) {
            return;
        }
        if (encoder.isAlive() && !isDisturbed()) {
            findings.wrong(user + " streams on, " + most.toSeconds() + " s after it came with money for "
                    + (POOR_SECONDS + leftSeconds) + " s.");
        }
        if (isDisturbed()) {
            leftSeconds += POOR_SECONDS;
        } else {
            leftSeconds = 0;
            var refused = encoders.publish(stage.ingest(way), key);
            if (!refused.waitFor(10, TimeUnit.SECONDS) && !isDisturbed() && !stage.isOver()) {
                findings.wrong(user + " was let in without money.");
            }
            refused.destroyForcibly().waitFor();
            encoders.forget(refused);
        }
        stage.credit(user, POOR_SECONDS, user + "-" + ++payments);
    }

    private boolean isDisturbed() {
        return stage.outages().mayTurnAway(Instant.now());
    }

    private static void signal(Process process, String name) throws IOException, InterruptedException {
        new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                .start()
                .waitFor();
    }

    private void pause(Duration length) throws InterruptedException {
        var end = System.nanoTime() + length.toNanos();
        while (System.nanoTime() < end && !stage.isOver()) {
            Thread.sleep(200);
        }
    }
}
