package dev.livemeter.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.LivemeterException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FaultsTest {

    private final Faults faults = new Faults(() -> "incident-1");

    @ParameterizedTest
    @CsvSource({
        "destination.unknown,404",
        "destination.unknown_platform,422",
        "destination.malformed,422",
        "money.malformed,422",
        "user.malformed,422",
        "session.malformed_id,422",
        "destination.limit,409"
    })
    void mistakesOfTheCallerAreToldInTheirOwnSentence(String code, int status) {
        var problem = faults.of(new LivemeterException(code, "A sentence."));
        assertThat(problem).isEqualTo(Problem.of(status, code, "A sentence."));
    }

    @ParameterizedTest
    @CsvSource({"store.duplicate", "secret.unreadable", "configuration", "wallet.capture_declined", "limitless.thing"})
    void everythingElseIsAnIncident(String code) {
        var problem = faults.of(new LivemeterException(code, "jdbc:postgresql://db.internal"));
        assertThat(problem.status()).isEqualTo(500);
        assertThat(problem.code()).isEqualTo("internal");
        assertThat(problem.incident()).isEqualTo("incident-1");
        assertThat(problem.toResponse().body().text()).doesNotContain("db.internal");
    }

    @Test
    void whatMayWorkLaterSaysWhen() {
        var problem = faults.of(new LivemeterException("store.unavailable", "db.internal is down", true, null));
        assertThat(problem.status()).isEqualTo(503);
        assertThat(problem.headers()).containsEntry("Retry-After", "5");
        assertThat(problem.detail()).doesNotContain("db.internal");
        assertThat(problem.incident()).isEqualTo("incident-1");
    }
}
