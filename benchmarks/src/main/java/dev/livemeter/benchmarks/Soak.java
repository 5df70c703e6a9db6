package dev.livemeter.benchmarks;

import dev.livemeter.benchmarks.SoakArtist.Manner;
import dev.livemeter.relay.nginx.NginxRelay;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.stream.Stream;

/**
 * The program {@code Soak [--minutes N] [--seed N]}: artists that stream, come, go, stand still and run out of money, through everything that can break around them.
 * Ends with 1 where something was wrong.
 */
public final class Soak implements SoakArtist.Stage {

    private static final Duration RESTART = Duration.ofSeconds(5);

    /** After something broke, encoders may be turned away for so long: until the last of them has noticed and come back. */
    static final Duration AFTERMATH = Duration.ofSeconds(30);

    private final Path folder;
    private final Path data;
    private final Path arrived;
    private final long endsAtNanos;
    private final SoakFindings findings = new SoakFindings();
    private final List<Double> heaps = new ArrayList<>();
    private final List<Double> resident = new ArrayList<>();
    private volatile SoakProcess application;
    private volatile long disturbedUntilNanos;
    private volatile boolean over;
    private Instant killed = Instant.MAX;
    private PlainNginx weak;

    private Soak(Path folder, Duration length) throws Exception {
        this.folder = folder;
        this.data = Files.createDirectories(folder.resolve("data"));
        this.arrived = Files.createDirectories(folder.resolve("arrived"));
        this.disturbedUntilNanos = System.nanoTime();
        this.endsAtNanos = System.nanoTime() + length.toNanos();
        certificate();
        this.weak = weakPlatform(PlainNginx.freePort());
        this.application = SoakProcess.start(data);
    }

    /**
     * Runs it.
     *
     * @throws Exception where it could not be run; what it found wrong is printed
     */
    public static void main(String[] arguments) throws Exception {
        var minutes = option(arguments, "--minutes", 15);
        var seed = option(arguments, "--seed", 1);
        var folder = Files.createTempDirectory("livemeter-soak-");
        System.out.println("A soak of " + minutes + " minutes; seed " + seed + "; its files are in " + folder + ".");
        System.out.println(Conditions.machine());
        var soak = new Soak(folder, Duration.ofMinutes(minutes));
        // A soak that is terminated leaves no nginx behind either: it runs on its own, whatever becomes of its
        // application.
        Runtime.getRuntime().addShutdownHook(new Thread(() -> NginxRelay.endLeftBehind(soak.data.resolve("relay"))));
        try {
            soak.run(seed, Duration.ofMinutes(minutes));
        } finally {
            NginxRelay.endLeftBehind(soak.data.resolve("relay"));
            soak.weak.close();
        }
        var wrong = soak.findings.all();
        System.out.println(wrong.isEmpty() ? "Nothing was wrong." : wrong.size() + " things were wrong:");
        wrong.forEach(System.out::println);
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static int option(String[] arguments, String name, int otherwise) {
        for (var i = 0; i + 1 < arguments.length; i++) {
            if (arguments[i].equals(name)) {
                return Integer.parseInt(arguments[i + 1]);
            }
        }
        return otherwise;
    }

    private void run(int seed, Duration length) throws Exception {
        try (var encoders = Encoders.prepare(folder, "320x180", 200);
                var steady = PlainNginx.start(
                        folder.resolve("steady"),
                        List.of("application a { live on; record video; record_path \"" + arrived
                                + "\"; record_unique on; record_suffix .flv; }"))) {
            var artists = cast(encoders, steady, seed);
            var threads = artists.stream().map(Thread::new).toList();
            threads.forEach(Thread::start);
            story(length);
            over = true;
            for (var thread : threads) {
                thread.join(60_000);
            }
            encoders.stop();
            // The last sessions are lost at the latest when two heartbeats are missing.
            lasts(SoakApplication.HEARTBEAT.multipliedBy(3));
            application.close();
            NginxRelay.endLeftBehind(data.resolve("relay"));
            // Platforms write the last pictures after their publisher has gone.
            lasts(Duration.ofSeconds(1));
            new SoakBooks(data, arrived, killed, findings).compare(artists);
            flat("heap of the application", heaps);
            flat("memory of nginx", resident);
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
            artists.add(new SoakArtist(user, key, manner, this, encoders, new Random(random.nextLong()), findings));
        }
        return artists;
    }

    /** What happens, each at its part of the whole. */
    private void story(Duration length) throws Exception {
        at(length, 8, "the weak platform goes away for 20 s");
        weak.close();
        lasts(Duration.ofSeconds(20));
        weak = weakPlatform(weak.port());
        at(length, 18, "the certificate is renewed");
        certificate();
        at(length, 26, "the weak platform stands still for 25 s");
        signalTree(weak.pid(), "STOP");
        lasts(Duration.ofSeconds(25));
        signalTree(weak.pid(), "CONT");
        at(length, 38, "the application is killed");
        disturb(RESTART);
        killed = Instant.now();
        application.kill();
        lasts(RESTART);
        application = SoakProcess.start(data);
        disturb(Duration.ZERO);
        heaps.clear();
        at(length, 52, "the certificate is renewed once more");
        certificate();
        at(length, 62, "nginx's worker is killed");
        disturb(Duration.ZERO);
        var master = master();
        for (var worker : master.children().toList()) {
            worker.destroyForcibly();
        }
        at(length, 70, "nginx's master is killed, and its worker with it");
        disturb(Duration.ZERO);
        var both = master();
        var children = both.children().toList();
        both.destroyForcibly();
        children.forEach(ProcessHandle::destroyForcibly);
        at(length, 74, "the weak platform is killed for 10 s");
        signalTree(weak.pid(), "KILL");
        lasts(Duration.ofSeconds(10));
        weak = weakPlatform(weak.port());
        resident.clear();
        at(length, 100, "the end");
    }

    /** How long something that the story says goes on, or the world is left alone. */
    private static void lasts(Duration span) throws InterruptedException {
        Thread.sleep(span.toMillis());
    }

    private void at(Duration length, int percent, String what) throws Exception {
        var moment = endsAtNanos - length.toNanos() + length.toNanos() / 100 * percent;
        while (System.nanoTime() < moment) {
            sample();
            Thread.sleep(Math.max(1, Math.min(10_000, (moment - System.nanoTime()) / 1_000_000)));
        }
        findings.note(what);
    }

    private void sample() throws IOException {
        try {
            heaps.add(Double.parseDouble(application.order("heap", "heap ")) / (1 << 20));
        } catch (IOException e) {
            if (!isDisturbed()) {
                throw e;
            }
        }
        resident.add(master().children().mapToDouble(ResidentMemory::kibibytes).sum() / 1024);
    }

    /** The least of the end may not be much above the most of the beginning: what grows without end would be. */
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

    private ProcessHandle master() throws IOException {
        var pid =
                Long.parseLong(Files.readString(data.resolve("relay/nginx.pid")).strip());
        return ProcessHandle.of(pid).orElseThrow(() -> new IOException("nginx does not run any more."));
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
        return PlainNginx.start(folder.resolve("weak"), port, List.of("application a { live on; }"));
    }

    /** A new certificate in the place of the one before; the key first, so that they never fit by halves for long. */
    private void certificate() throws Exception {
        var key = folder.resolve("next.key");
        var certificate = folder.resolve("next.crt");
        Encoders.run(
                folder,
                List.of(
                        "openssl",
                        "req",
                        "-x509",
                        "-newkey",
                        "ec",
                        "-pkeyopt",
                        "ec_paramgen_curve:prime256v1",
                        "-nodes",
                        "-days",
                        "2",
                        "-subj",
                        "/CN=localhost",
                        "-keyout",
                        key.toString(),
                        "-out",
                        certificate.toString()));
        Files.move(key, data.resolve("ingest.key"), StandardCopyOption.REPLACE_EXISTING);
        Files.move(certificate, data.resolve("ingest.crt"), StandardCopyOption.REPLACE_EXISTING);
    }

    private void disturb(Duration beyond) {
        disturbedUntilNanos = System.nanoTime() + beyond.plus(AFTERMATH).toNanos();
    }

    @Override
    public String ingest() {
        return application.ingest();
    }

    @Override
    public boolean isDisturbed() {
        return System.nanoTime() - disturbedUntilNanos < 0;
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
                if (!isDisturbed()) {
                    throw away;
                }
                MeterRun.sleep(Duration.ofSeconds(1));
            }
        }
    }
}
