package dev.livemeter.chat;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChatPolicyTest {

    @Test
    void tellsAllFaultsTogether() {
        assertThatThrownBy(() -> ChatPolicy.builder()
                        .kept(0)
                        .longestText(5001)
                        .personRate(0, Duration.ofSeconds(1))
                        .passesFor(Duration.ofSeconds(59))
                        .retention(Duration.ofMinutes(59))
                        .lookEvery(Duration.ofMillis(49))
                        .mostReaders(0)
                        .build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactly(
                                        "Of each chat 0 messages are to be kept; expected 1 to 1000.",
                                        "The longest chat message has 5001 characters; expected 1 to 5000.",
                                        "The rates of chat are 0 in 1000 ms for each person and 40 in 2000 ms for each channel; expected 1 to 10000 messages within 1 ms to 1 h.",
                                        "A guest keeps a name for 59000 ms; expected 60000 to 2592000000 ms.",
                                        "Chat is kept for 3540000 ms; expected 3600000 to 3153600000000 ms.",
                                        "Other nodes are looked at every 49 ms; expected 50 to 60000 ms.",
                                        "At most 0 can read chats; expected at least 1."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"stream/alice", "room/7x2h", "call/a.b_c@d-E", "x/1"})
    void channelsAreAKindAndAnId(String key) {
        var channel = new ChatChannel(key);
        assertThat(channel.kind() + "/" + channel.id()).isEqualTo(key);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "room", "room/", "/7x2h", "Room/7x2h", "room/7x2h/more", "room/-x", "room/a b", "room/\u00e9"
            })
    void whatIsNoChannelIsRefused(String key) {
        assertThatThrownBy(() -> new ChatChannel(key))
                .isInstanceOf(LivemeterException.class)
                .hasMessage(
                        "A chat channel of " + key.length()
                                + " characters was given that does not fit: expected a kind of letters a-z, a slash and up to 64 of A-Z a-z 0-9 . _ @ -, such as stream/alice.");
    }

    @Test
    void peopleAreWrittenAndReadAgain() {
        var alice = PersonId.of(UserId.of("alice"));
        var guest = PersonId.guest("alice");
        assertThat(alice).isNotEqualTo(guest);
        assertThat(PersonId.parse(alice.notation())).isEqualTo(alice);
        assertThat(PersonId.parse("guest:alice")).isEqualTo(guest);
        assertThat(guest.user()).isEmpty();
        assertThatThrownBy(() -> PersonId.parse("guest:UPPER"))
                .isInstanceOf(LivemeterException.class)
                .hasMessage("The id of a guest has 5 characters that do not fit; expected 1 to 64 of a-z 0-9.");
    }
}
