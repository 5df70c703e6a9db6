package dev.livemeter.benchmarks;

import java.io.IOException;
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
            // After the name, which may hold anything: state is the first field, the four times are the 12th to 15th.
            var fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
            var ticks = 0L;
            for (var i = 11; i < 15; i++) {
                ticks += Long.parseLong(fields[i]);
            }
            return Duration.ofMillis(ticks * TICK_MILLIS);
        } catch (IOException endedOrNotLinux) {
            return process.info().totalCpuDuration().orElse(Duration.ZERO);
        }
    }
}
