package dev.livemeter.benchmarks;

import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** Where the program runs. */
final class Conditions {

    private Conditions() {}

    /** Machine and JVM, in one line. */
    static String machine() {
        var system = ManagementFactory.getOperatingSystemMXBean();
        var runtime = Runtime.getRuntime();
        return String.format(
                Locale.ROOT,
                "%d cores%s, %s %s, Java %s, heap of at most %d MiB, load average %.1f before",
                runtime.availableProcessors(),
                processor(),
                System.getProperty("os.name"),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                runtime.maxMemory() >> 20,
                system.getSystemLoadAverage());
    }

    private static String processor() {
        try (var lines = Files.lines(Path.of("/proc/cpuinfo"))) {
            return lines.filter(line -> line.startsWith("model name"))
                    .findFirst()
                    .map(line -> " of " + line.substring(line.indexOf(':') + 1).strip())
                    .orElse("");
        } catch (IOException notLinux) {
            return "";
        }
    }
}
