package dev.livemeter.relay.nginx.deploy;

import static dev.livemeter.relay.nginx.deploy.ScriptedAgent.answer;
import static dev.livemeter.relay.nginx.deploy.ScriptedAgent.bytes;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What an agent that is slow, broken or somebody else's can do to a login: nothing but fail it. */
@Timeout(180)
class SshAgentTest {

    private static final Duration PATIENCE = Duration.ofSeconds(1);
    private static final byte[] KEY = "key".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] OTHER = "other".getBytes(StandardCharsets.US_ASCII);

    @TempDir
    private Path folder;

    @Test
    void itsKeysAreFoundAmongOthers() throws Exception {
        try (var fake = ScriptedAgent.silentAfter(
                        socket(), answer(12, OTHER, OTHER, KEY, OTHER), answer(12, OTHER, KEY));
                var agent = SshAgent.at(fake.socket(), Duration.ofSeconds(30))) {
            assertThat(agent.has(KEY)).isTrue();
            assertThat(agent.has(KEY)).isFalse();
        }
    }

    @Test
    void silenceIsWaitedForOnlySoLong() throws Exception {
        for (var some : new ByteBuffer[] {bytes(), bytes(0, 0), bytes(0, 0, 0, 9, 12, 0)}) {
            var socket = folder.resolve("silent" + some.remaining());
            try (var fake = ScriptedAgent.silentAfter(socket, some);
                    var agent = SshAgent.at(fake.socket(), PATIENCE)) {
                assertThatThrownBy(() -> agent.has(KEY)).hasMessage("it did not answer within 1 s");
                assertThatThrownBy(() -> agent.sign(KEY, OTHER)).hasMessage("it did not answer within 1 s");
            }
        }
    }

    @Test
    void allQuestionsTogetherHaveThatTime() throws Exception {
        try (var fake = ScriptedAgent.silentAfter(socket(), answer(12, KEY, OTHER), bytes(), answer(14, OTHER));
                var agent = SshAgent.at(fake.socket(), Duration.ofSeconds(5))) {
            assertThat(agent.has(KEY)).isTrue();
            assertThatThrownBy(() -> agent.sign(KEY, OTHER)).hasMessage("it did not answer within 5 s");
            // This one would be answered.
            assertThatThrownBy(() -> agent.sign(KEY, OTHER)).hasMessage("it did not answer within 5 s");
        }
    }

    @Test
    void anAgentThatReadsNothingIsNotWrittenToForEver() throws Exception {
        try (var fake = ScriptedAgent.silentAfter(socket());
                var agent = SshAgent.at(fake.socket(), PATIENCE)) {
            assertThatThrownBy(() -> agent.sign(KEY, new byte[16 * 1024 * 1024]))
                    .hasMessage("it did not answer within 1 s");
        }
    }

    @Test
    void aHangUpIsTold() throws Exception {
        try (var fake = ScriptedAgent.hangingUpAfter(socket(), bytes(0, 0, 0, 9, 12));
                var agent = SshAgent.at(fake.socket(), Duration.ofSeconds(30))) {
            assertThatThrownBy(() -> agent.has(KEY)).hasMessage("it hung up");
        }
    }

    @ParameterizedTest
    @MethodSource("nonsense")
    void nonsenseIsToldAsSuch(ByteBuffer sent, String reason) throws Exception {
        try (var fake = ScriptedAgent.silentAfter(socket(), sent);
                var agent = SshAgent.at(fake.socket(), Duration.ofSeconds(30))) {
            assertThatThrownBy(() -> agent.has(KEY))
                    .isInstanceOf(IOException.class)
                    .hasMessage(reason);
        }
    }

    static Stream<Arguments> nonsense() {
        return Stream.of(
                Arguments.of(bytes(0, 0, 0, 0), "its answer would have 0 bytes; expected 1 to 262144"),
                Arguments.of(bytes(255, 255, 255, 255), "its answer would have 4294967295 bytes; expected 1 to 262144"),
                Arguments.of(bytes(0, 4, 0, 1), "its answer would have 262145 bytes; expected 1 to 262144"),
                Arguments.of(bytes(0, 0, 0, 1, 5), "it refused"),
                Arguments.of(bytes(0, 0, 0, 1, 14), "its answer is of type 14; expected 12"),
                Arguments.of(bytes(0, 0, 0, 1, 12), "its answer is cut off"),
                Arguments.of(bytes(0, 0, 0, 3, 12, 0, 0), "its answer is cut off"),
                Arguments.of(bytes(0, 0, 0, 5, 12, 255, 255, 255, 255), "its answer counts to 4294967295"),
                Arguments.of(bytes(0, 0, 0, 5, 12, 127, 255, 255, 255), "its answer is cut off"),
                Arguments.of(bytes(0, 0, 0, 9, 12, 0, 0, 0, 1, 255, 255, 255, 254), "its answer counts to 4294967294"),
                Arguments.of(bytes(0, 0, 0, 10, 12, 0, 0, 0, 1, 0, 0, 0, 2, 1), "its answer is cut off"),
                Arguments.of(bytes(0, 0, 0, 10, 12, 0, 0, 0, 1, 0, 0, 0, 1, 1), "its answer is cut off"));
    }

    @Test
    void aSignatureThatIsNoneIsTold() throws Exception {
        try (var fake = ScriptedAgent.silentAfter(
                        socket(),
                        bytes(0, 0, 0, 1, 14),
                        bytes(0, 0, 0, 6, 14, 0, 0, 0, 9, 1),
                        bytes(0, 0, 0, 1, 5),
                        answer(14, OTHER));
                var agent = SshAgent.at(fake.socket(), Duration.ofSeconds(30))) {
            assertThatThrownBy(() -> agent.sign(KEY, OTHER)).hasMessage("its answer is cut off");
            assertThatThrownBy(() -> agent.sign(KEY, OTHER)).hasMessage("its answer is cut off");
            assertThatThrownBy(() -> agent.sign(KEY, OTHER)).hasMessage("it refused");
            assertThat(agent.sign(KEY, OTHER)).isEqualTo(OTHER);
        }
    }

    @Test
    void whoWaitsIsWokenWhenItIsClosed() throws Exception {
        try (var fake = ScriptedAgent.silentAfter(socket())) {
            var agent = SshAgent.at(fake.socket(), Duration.ofMinutes(10));
            var answer = CompletableFuture.supplyAsync(() -> {
                try {
                    return "has: " + agent.has(KEY);
                } catch (IOException e) {
                    return e.getClass().getSimpleName();
                }
            });
            agent.close();
            assertThat(answer.get(30, TimeUnit.SECONDS)).endsWith("Exception");
        }
    }

    @Test
    void nobodyBehindTheSocketIsTold() {
        assertThatThrownBy(() -> SshAgent.at(folder.resolve("nobody"), PATIENCE))
                .isInstanceOf(IOException.class);
    }

    private Path socket() {
        return folder.resolve("agent");
    }
}
