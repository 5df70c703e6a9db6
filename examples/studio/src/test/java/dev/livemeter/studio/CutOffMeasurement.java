package dev.livemeter.studio;

import dev.livemeter.destination.Destination;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.event.LiveEvent.SessionEnded;
import dev.livemeter.event.LiveEvent.SessionEnding;
import dev.livemeter.event.LiveEvent.SessionStarted;
import dev.livemeter.money.Money;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/**
 * Measures, with a real encoder and real servers, how late a stream is cut after its money ended, and how charged seconds compare with those
 * that arrived at a platform. A program, not a test; {@code docs/performance.md} has the command and a result.
 */
final class CutOffMeasurement {

    private CutOffMeasurement() {}

    public static void main(String[] arguments) throws Exception {
        var runs = arguments.length == 0 ? 12 : Integer.parseInt(arguments[0]);
        var folder = Files.createTempDirectory("livemeter-measurement-");
        var cuts = new ArrayList<Double>();
        var lags = new ArrayList<Double>();
        var differences = new ArrayList<Double>();
        try (var studio = StudioApplication.start(StudioOptions.parse("--demo"), event -> {});
                var recorder = PlatformStandIn.start(
                        "Recorder",
                        folder,
                        "record all; record_path \"" + folder + "\"; record_unique on; record_suffix .flv;")) {
            var live = studio.live();
            live.destinations()
                    .add(StudioApplication.ARTIST, Destination.custom("Recorder", recorder.server(), "recorded"));
            var key = live.streamKeys().create(StudioApplication.ARTIST).reveal();
            System.out.println("run  charged s  arrived s  cut after paid end ms  encoder gone after order ms");
            for (var run = 1; run <= runs; run++) {
                live.wallets().credit(StudioApplication.ARTIST, Money.of("USD", "1." + (run % 10) + "0"), "run-" + run);
                var witness = new Witness();
                var told = live.events().subscribe(witness);
                try (var encoder = TestPicture.publish(live.ingest().url().toString(), key)) {
                    seen(witness, SessionStarted.class);
                    seen(witness, SessionEnding.class);
                    var ordered = System.nanoTime();
                    encoder.endsWithin(Duration.ofSeconds(10));
                    var gone = (System.nanoTime() - ordered) / 1e6;
                    var ended = seen(witness, SessionEnded.class);
                    var session = live.sessions().find(ended.session()).orElseThrow();
                    var late = Duration.between(session.liveAt(), session.endedAt())
                                    .toMillis()
                            - session.metering().used().toMillis();
                    var charged = session.metering().used().toMillis() / 1000.0;
                    Thread.sleep(500);
                    var arrived = recorded(folder);
                    System.out.printf(
                            Locale.ROOT, "%3d  %9.3f  %9.3f  %21d  %27.0f%n", run, charged, arrived, late, gone);
                    cuts.add((double) late);
                    lags.add(gone);
                    differences.add(charged - arrived);
                } finally {
                    told.close();
                }
            }
        }
        print("cut after the paid end, ms", cuts);
        print("encoder gone after the order, ms", lags);
        print("charged less arrived, s", differences);
    }

    private static <E extends LiveEvent> E seen(Witness witness, Class<E> type) throws InterruptedException {
        return witness.await(type, event -> true, Duration.ofSeconds(60)).orElseThrow();
    }

    private static void print(String what, List<Double> values) {
        var sorted = values.stream().sorted(Comparator.naturalOrder()).toList();
        System.out.printf(
                Locale.ROOT,
                "%s: min %.3f, median %.3f, max %.3f%n",
                what,
                sorted.get(0),
                sorted.get(sorted.size() / 2),
                sorted.get(sorted.size() - 1));
    }

    /** The length of the media that was recorded last, in seconds, by its own time-stamps. */
    private static double recorded(Path folder) throws IOException {
        try (var files = Files.list(folder)) {
            var newest = files.filter(file -> file.toString().endsWith(".flv"))
                    .max(Comparator.comparingLong(file -> file.toFile().lastModified()))
                    .orElseThrow();
            var probe = new ProcessBuilder(
                            "ffprobe",
                            "-v",
                            "error",
                            "-select_streams",
                            "v:0",
                            "-show_entries",
                            "packet=pts_time",
                            "-of",
                            "csv=p=0",
                            newest.toString())
                    .start();
            var times = new String(probe.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.replace(",", "").strip())
                    .filter(line -> !line.isEmpty() && !line.equals("N/A"))
                    .mapToDouble(Double::parseDouble)
                    .summaryStatistics();
            Files.delete(newest);
            return times.getMax() - times.getMin() + 0.04;
        }
    }
}
