package dev.livemeter.benchmarks;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/** What the processor has done for processes. Figures of this kind hold on a busy machine too, where times do not. */
final class ProcessorTime {

    /** Linux tells it in hundredths of a second. */
    private static final long TICK_MILLIS = 10;

    private ProcessorTime() {}

    /** Of this process. */
    static Duration own() {
        return ProcessHandle.current().info().totalCpuDuration().orElse(Duration.ZERO);
    }

    /** Of the compilers of this process: what there is to compile grows less, and a program that runs for days compiles next to nothing. */
    static Duration ownCompilers() {
        try (var threads = Files.newDirectoryStream(Path.of("/proc/self/task"))) {
            var ticks = 0L;
            for (var thread : threads) {
                ticks += ofCompiler(thread);
            }
            return Duration.ofMillis(ticks * TICK_MILLIS);
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "The threads of this process are not told; Linux tells them in /proc/self/task.", e);
        }
    }

    private static long ofCompiler(Path thread) {
        try {
            var stat = Files.readString(thread.resolve("stat"));
            var name = stat.substring(stat.indexOf('(') + 1, stat.lastIndexOf(')'));
            return name.startsWith("C1 ") || name.startsWith("C2 ") ? ticks(stat, 13) : 0;
        } catch (IOException ended) {
            return 0;
        }
    }

    /** The times of a line of {@code stat}: user and system, and with fields up to the 15th those of children that have ended. */
    private static long ticks(String stat, int before) {
        // After the name, which may hold anything: state is the first field, the four times are the 12th to 15th.
        var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        var ticks = 0L;
        for (var i = 11; i < before; i++) {
            ticks += Long.parseLong(fields[i]);
        }
        return ticks;
    }

    /** Of a process and all that it started, those that have ended included. */
    static Duration ofTree(long pid) {
        return ProcessHandle.of(pid)
                .map(first -> Stream.concat(Stream.of(first), first.descendants())
                        .map(ProcessorTime::withThoseThatEnded)
                        .reduce(Duration.ZERO, Duration::plus))
                .orElse(Duration.ZERO);
    }

    private static Duration withThoseThatEnded(ProcessHandle process) {
        try {
            var stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
            return Duration.ofMillis(ticks(stat, 15) * TICK_MILLIS);
        } catch (IOException endedOrNotLinux) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO);
        }
    }
}
