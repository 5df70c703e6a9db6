package dev.livemeter.http.turn;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.secret.Secret;
import dev.livemeter.turn.Ice;
import dev.livemeter.turn.IcePolicy;
import dev.livemeter.turn.IceServer;
import dev.livemeter.turn.TurnSecret;
import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Credentials of ours at a real coturn, which takes two secrets, as it does while one is replaced by another. */
@Timeout(120)
@Tag("once") // coturn does not care which JVM asks
class CoturnTest {

    private static final String OLD = "old-secret-of-the-server";
    private static final String NEW = "new-secret-of-the-server";
    private static final PersonId VIEWER = PersonId.of(UserId.of("viewer.42@example.org"));

    @TempDir
    private static Path folder;

    private static Coturn server;

    @BeforeAll
    static void start() throws Exception {
        server = Coturn.start(folder, OLD, NEW);
    }

    @AfterAll
    static void stop() {
        server.close();
    }

    private static ProcessBuilder process(String... command) {
        var builder = new ProcessBuilder(command);
        builder.directory(folder.toFile());
        return builder;
    }

    private static IceServer relayFor(Ice ice) {
        return ice.serversFor(VIEWER).servers().get(0);
    }

    private static Ice ice(TurnSecret secret, InstantSource time) {
        return new Ice(
                IcePolicy.builder()
                        .turn(secret, server.url())
                        .validFor(Duration.ofMinutes(10))
                        .build(),
                time);
    }

    private record Outcome(int code, String said) {}

    /** Allocates a relayed address, and sends something through it and back. */
    private static Outcome allocate(IceServer with) throws Exception {
        var command = new ArrayList<>(List.of("turnutils_uclient", "-y", "-c", "-m", "1", "-n", "1", "-l", "100"));
        command.addAll(List.of("-p", Integer.toString(server.port())));
        command.addAll(List.of("-u", Objects.requireNonNull(with.username())));
        command.addAll(List.of("-w", Objects.requireNonNull(with.credential()).reveal(), "127.0.0.1"));
        var client = process(command.toArray(String[]::new))
                .redirectErrorStream(true)
                .start();
        try {
            var said = CompletableFuture.supplyAsync(() -> read(client));
            assertThat(client.waitFor(60, TimeUnit.SECONDS))
                    .as("the client came to an end")
                    .isTrue();
            return new Outcome(client.exitValue(), said.get(60, TimeUnit.SECONDS));
        } finally {
            client.destroyForcibly();
        }
    }

    private static String read(Process process) {
        return new BufferedReader(process.inputReader(StandardCharsets.UTF_8))
                .lines()
                .collect(Collectors.joining("\n"));
    }

    @Test
    void aGoodCredentialAllocates() throws Exception {
        var outcome = allocate(relayFor(ice(TurnSecret.of(Secret.of(NEW)), InstantSource.system())));
        assertThat(outcome.code()).as(outcome.said()).isZero();
        assertThat(outcome.said()).contains("Total lost packets 0");
    }

    @Test
    void anExpiredOneIsRefused() throws Exception {
        var longAgo = InstantSource.fixed(Instant.now().minus(Duration.ofMinutes(11)));
        var outcome = allocate(relayFor(ice(TurnSecret.of(Secret.of(NEW)), longAgo)));
        assertThat(outcome.code()).as(outcome.said()).isNotZero();
        assertThat(outcome.said()).contains("Cannot complete Allocation");
    }

    @Test
    void oneOfAnotherSecretIsRefused() throws Exception {
        var outcome = allocate(relayFor(ice(TurnSecret.of(Secret.of("guessed")), InstantSource.system())));
        assertThat(outcome.code()).as(outcome.said()).isNotZero();
        assertThat(outcome.said()).contains("Cannot complete Allocation");
    }

    @Test
    void oneThatWasMadeLongerByItsHolderIsRefused() throws Exception {
        var good = relayFor(ice(TurnSecret.of(Secret.of(NEW)), InstantSource.system()));
        var later = Instant.now().plus(Duration.ofDays(1)).getEpochSecond() + ":viewer.42@example.org";
        var outcome = allocate(new IceServer(good.urls(), later, good.credential()));
        assertThat(outcome.code()).as(outcome.said()).isNotZero();
    }

    @Test
    void theSecretIsReplacedWhileCredentialsOfTheOldOneGoOn() throws Exception {
        var file = Files.writeString(folder.resolve("secret"), OLD + "\n");
        var ice = ice(TurnSecret.inFile(file), InstantSource.system());
        var before = relayFor(ice);
        Files.writeString(file, NEW + "\n" + OLD + "\n");
        var after = relayFor(ice);
        assertThat(after.credential()).isNotEqualTo(before.credential());
        assertThat(allocate(before).code()).isZero();
        assertThat(allocate(after).code()).isZero();
    }
}
