package dev.livemeter.money;

import dev.livemeter.money.RatingBasis.Step;
import java.math.BigDecimal;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.regex.Pattern;

/** Writes and reads a basis in one line; the grammar stands at {@link RatingBasis#notation}. */
final class BasisNotation {

    private static final Pattern STEP = Pattern.compile("([0-9]{1,10})(?:\\.([0-9]{1,9}))?/([0-9]{1,4})/([0-9]{1,10})");

    private static final Pattern COVERED = Pattern.compile("covered=([0-9]{1,6})s");

    private BasisNotation() {}

    static String write(RatingBasis basis) {
        var text = new StringBuilder()
                .append(basis.startedAt())
                .append(' ')
                .append(basis.zone().getId());
        if (!basis.covered().isZero()) {
            text.append(" covered=").append(basis.covered().toSeconds()).append('s');
        }
        for (var step : basis.steps()) {
            var from = step.from();
            text.append(' ')
                    .append(new BigDecimal(from.getSeconds())
                            .add(BigDecimal.valueOf(from.getNano(), 9))
                            .stripTrailingZeros()
                            .toPlainString())
                    .append('/')
                    .append(step.destinations())
                    .append('/')
                    .append(step.usedElsewhere().toSeconds());
        }
        return text.toString();
    }

    static RatingBasis read(String text) {
        var line = new Notation("rating.malformed_notation", "rating basis", text);
        var startedAt = line.read(Instant::parse, "a moment in UTC such as 2026-11-21T06:44:00Z");
        var zone = line.read(ZoneId::of, "a time zone such as Europe/Berlin");
        var covered = line.nextIs("covered=")
                ? Duration.ofSeconds(Long.parseLong(
                        line.word(COVERED, "covered time such as covered=3600s").group(1)))
                : Duration.ZERO;
        var steps = new ArrayList<Step>();
        do {
            var step = line.word(STEP, "a step such as 812.345/4/36060");
            var from = Duration.ofSeconds(Long.parseLong(step.group(1)));
            if (step.group(2) != null) {
                from = from.plusNanos(
                        new BigDecimal("0." + step.group(2)).movePointRight(9).longValueExact());
            }
            var used = Duration.ofSeconds(Long.parseLong(step.group(4)));
            steps.add(new Step(from, Integer.parseInt(step.group(3)), used));
        } while (line.hasNext());
        return new RatingBasis(startedAt, zone, steps, covered);
    }
}
