package dev.livemeter.benchmarks;

import dev.livemeter.benchmarks.SoakArtist.Manner;
import dev.livemeter.benchmarks.SoakArtist.Way;
import dev.livemeter.benchmarks.SoakOutages.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The program {@code Soak [--minutes N] [--seed N] [--host INSTALL]}: artists that stream, come, go, stand still and run out of money, through everything that can break around them. With
 * {@code --host}, nginx is on a relay host that the script INSTALL installs. Ends with 1 where something was wrong.
 */
public final class Soak implements SoakArtist.Stage, SoakRelay.Stage {

    private static final Duration RESTART = Duration.ofSeconds(5);

    private final Path folder;
    private final Path data;
    private final Path arrived;
    private final Path arrivedWeak;
    private final Duration length;
    private final long beganNanos;
    private final SoakFindings findings = new SoakFindings();
    private final SoakOutages outages = new SoakOutages();
    private final SoakReturns returns;
    private final List<Double> heaps = new ArrayList<>();
    private final List<Double> resident = new ArrayList<>();
    private final SoakRelay relay;
    private volatile SoakProcess application;
    private volatile boolean over;
    private PlainNginx weak;

    private Soak(Path folder, Duration length, String install) throws Exception {
        this.folder = folder;
        this.data = Files.createDirectories(folder.resolve("data"));
        this.arrived = Files.createDirectories(folder.resolve("arrived"));
        this.length = length;
        this.arrivedWeak = Files.createDirectories(folder.resolve("arrived-weak"));
        this.returns = new SoakReturns(new SoakArrivals(arrivedWeak), outages);
        renewCertificate();
        this.relay = install.isEmpty()
                ? new SoakRelayHere(data)
                : SoakRelayHost.start(folder, data, arrived, Path.of(install));
        try {
            this.weak = weakPlatform(PlainNginx.freePort());
            this.application = SoakProcess.start(data);
        } catch (Exception e) {
            relay.close();
            throw e;
        }
        this.beganNanos = System.nanoTime();
    }

    /**
     * Runs it.
     *
     * @throws Exception where it could not be run; what it found wrong is printed
     */
    public static void main(String[] arguments) throws Exception {
        var minutes = number(arguments, "--minutes", 15);
        var seed = number(arguments, "--seed", 1);
        var install = option(arguments, "--host", "");
        var folder = Files.createTempDirectory("livemeter-soak-");
        System.out.println("A soak of " + minutes + " minutes" + (install.isEmpty() ? "" : " with a relay host")
                + "; seed " + seed + "; its files are in " + folder + ".");
        System.out.println(Conditions.machine());
        var soak = new Soak(folder, Duration.ofMinutes(minutes), install);
        // A soak that is terminated leaves nothing behind either; its relay's nginx runs on its own, whatever becomes
        // of
        // its application.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> {
            soak.relay.close();
            ProcessHandle.current().descendants().forEach(ProcessHandle::destroyForcibly);
        }));
        try {
            soak.run(seed);
        } finally {
            soak.relay.close();
            soak.weak.close();
        }
        var wrong = soak.findings.all();
        System.out.println(wrong.isEmpty() ? "Nothing was wrong." : wrong.size() + " things were wrong:");
        wrong.forEach(System.out::println);
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static int number(String[] arguments, String name, int otherwise) {
        return Integer.parseInt(option(arguments, name, Integer.toString(otherwise)));
    }

    private static String option(String[] arguments, String name, String otherwise) {
        for (var i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals(name)) {
                return arguments[i + 1];
            }
        }
        return otherwise;
    }

    private void run(int seed) throws Exception {
        try (var encoders = Encoders.prepare(folder, "320x180", 200);
                var steady = PlainNginx.start(
                        folder.resolve("steady"),
                        List.of("application a { " + SoakArrivals.recordedIn(arrived) + " }"))) {
            var artists = cast(encoders, steady, seed);
            var threads = artists.stream().map(Thread::new).toList();
            // Where the soak itself breaks down, nobody is left to stream.
            threads.forEach(thread -> thread.setDaemon(true));
            threads.forEach(Thread::start);
            play();
            over = true;
            for (var thread : threads) {
                thread.join(60_000);
            }
            encoders.stop();
            // The last sessions are lost at the latest when two heartbeats are missing.
            lasts(SoakApplication.HEARTBEAT.multipliedBy(3));
            application.close();
            // Platforms write the last pictures after their publisher has gone.
            lasts(Duration.ofSeconds(1));
            relay.look(findings);
            relay.close();
            new SoakBooks(data, new SoakArrivals(arrived), outages, findings).compare(artists);
            returns.look(artists, findings);
            flat("heap of the application since then", heaps);
            flat("memory of nginx since it was killed", resident);
        }
    }

    private List<SoakArtist> cast(Encoders encoders, PlainNginx steady, int seed) throws IOException {
        var random = new Random(seed);
        var artists = new ArrayList<SoakArtist>();
        for (var manner : List.of(
                Manner.STEADY,
                Manner.STEADY,
                Manner.STEADY,
                Manner.GUEST,
                Manner.GUEST,
                Manner.GUEST,
                Manner.FREEZING,
                Manner.POOR)) {
            var user = manner.name().toLowerCase(Locale.ROOT) + artists.size();
            var cents = manner == Manner.POOR ? SoakArtist.POOR_SECONDS : 100_000;
            var key = application.order(
                    "user " + user + " " + cents + " " + steady.server("a") + " " + weak.server("a"), "key ");
            var way = artists.size() % 2 == 0 ? Way.PLAIN : Way.TLS;
            artists.add(
                    new SoakArtist(user, key, manner, way, this, encoders, new Random(random.nextLong()), findings));
        }
        return artists;
    }

    private void play() throws Exception {
        for (var step : Stream.concat(story().stream(), relay.story(this).stream())
                .sorted(Comparator.comparingInt(SoakStep::percent))
                .toList()) {
            awaitPart(step.percent());
            awaitRest();
            findings.note(step.what());
            step.act().perform();
        }
        awaitPart(100);
        findings.note("the end");
    }

    /** What happens wherever nginx is. */
    private List<SoakStep> story() {
        return List.of(
                new SoakStep(8, "the weak platform goes away for 20 s", () -> {
                    weak.close();
                    lasts(Duration.ofSeconds(20));
                    weak = weakPlatform(weak.port());
                    returns.note(Instant.now());
                }),
                new SoakStep(26, "the weak platform stands still for 25 s", () -> {
                    signalTree(weak.pid(), "STOP");
                    lasts(Duration.ofSeconds(25));
                    signalTree(weak.pid(), "CONT");
                    returns.note(Instant.now());
                }),
                new SoakStep(38, "the application is killed", () -> {
                    outages.begin(Kind.AWAY, Instant.now());
                    application.kill();
                    lasts(RESTART);
                    application = SoakProcess.start(data);
                    outages.end(Instant.now());
                    flat("heap of the application until it was killed", heaps);
                    heaps.clear();
                }),
                new SoakStep(62, "nginx's worker is killed", () -> {
                    outages.begin(Kind.BROKEN, Instant.now());
                    relay.killWorkers();
                    outages.end(Instant.now());
                }),
                new SoakStep(70, "nginx's master is killed, and its worker with it", () -> {
                    outages.begin(Kind.BROKEN, Instant.now());
                    relay.kill();
                    outages.end(Instant.now());
                }),
                new SoakStep(74, "the weak platform is killed for 10 s", () -> {
                    signalTree(weak.pid(), "KILL");
                    lasts(Duration.ofSeconds(10));
                    weak = weakPlatform(weak.port());
                    returns.note(Instant.now());
                    // Until nginx died, each reload had left a worker with the streams that began in it.
                    resident.clear();
                }));
    }

    /** How long something that the story says goes on, or the world is left alone. */
    private static void lasts(Duration span) throws InterruptedException {
        Thread.sleep(span.toMillis());
    }

    private void awaitPart(int percent) throws Exception {
        var moment = beganNanos + length.toNanos() / 100 * percent;
        while (System.nanoTime() - moment < 0) {
            sample();
            Thread.sleep(Math.max(1, Math.min(10_000, (moment - System.nanoTime()) / 1_000_000)));
        }
    }

    /** Until whoever outlived the last outage has been answered again, if the soak is so short: outages in a row are one, and may be longer together than streams go on for. */
    private void awaitRest() throws InterruptedException {
        while (outages.isRecovering(Instant.now())) {
            Thread.sleep(200);
        }
    }

    private void sample() throws IOException {
        heaps.add(Double.parseDouble(application.order("heap", "heap ")) / (1 << 20));
        var held = relay.mebibytes();
        if (held > 0) {
            resident.add(held);
        }
    }

    /** The median of the last third may not be much above that of the first: what grows without end would be. */
    private void flat(String what, List<Double> samples) {
        var third = samples.size() / 3;
        if (third == 0) {
            findings.wrong("There are too few samples of the " + what + " to tell; let it run longer.");
            return;
        }
        var first = Samples.of(samples.subList(0, third).stream().mapToDouble(value -> value));
        var last = Samples.of(
                samples.subList(samples.size() - third, samples.size()).stream().mapToDouble(value -> value));
        var sentence =
                String.format("%s: %.1f MiB in the first third, %.1f in the last", what, first.median(), last.median());
        if (last.median() > first.median() * 1.2 + 2) {
            findings.wrong(sentence + "; it grows.");
        } else {
            findings.note(sentence);
        }
    }

    private static void signalTree(long pid, String name) throws Exception {
        var first = ProcessHandle.of(pid).orElseThrow();
        for (var process : Stream.concat(Stream.of(first), first.descendants()).toList()) {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        }
    }

    private PlainNginx weakPlatform(int port) throws IOException {
        return PlainNginx.start(
                folder.resolve("weak"),
                port,
                List.of("application a { " + SoakArrivals.recordedIn(arrivedWeak) + " }"));
    }

    /** {@inheritDoc} The key first, so that they never fit by halves for long. */
    @Override
    public void renewCertificate() throws Exception {
        var key = folder.resolve("next.key");
        var certificate = folder.resolve("next.crt");
        Encoders.certificate(folder, certificate, key);
        Files.move(key, data.resolve(SoakApplication.INGEST_KEY), StandardCopyOption.REPLACE_EXISTING);
        Files.move(certificate, data.resolve(SoakApplication.INGEST_CERTIFICATE), StandardCopyOption.REPLACE_EXISTING);
    }

    @Override
    public SoakFindings findings() {
        return findings;
    }

    @Override
    public SoakOutages outages() {
        return outages;
    }

    @Override
    public SoakProcess application() {
        return application;
    }

    @Override
    public String ingest(Way way) {
        return way == Way.TLS ? application.tlsIngest() : application.ingest();
    }

    @Override
    public boolean isOver() {
        return over;
    }

    @Override
    public void credit(String user, int cents, String order) throws IOException {
        while (true) {
            try {
                application.order("credit " + user + " " + cents + " " + order, "credited");
                return;
            } catch (IOException away) {
                if (!outages.mayTurnAway(Instant.now())) {
                    throw away;
                }
                MeterRun.sleep(Duration.ofSeconds(1));
            }
        }
    }
}
