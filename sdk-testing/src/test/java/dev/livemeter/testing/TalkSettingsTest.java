package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.Livemeter;
import dev.livemeter.chat.ChatPolicy.Guests;
import dev.livemeter.chat.ChatRate;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.identity.PersonId;
import dev.livemeter.money.Tariff;
import dev.livemeter.spi.Storage;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What operators set about chat and TURN without code. */
class TalkSettingsTest {

    private final ManualTime time = ManualTime.create();

    private Livemeter.Builder builder() {
        return Livemeter.builder()
                .wallet(InMemoryBooks.create(time))
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run);
    }

    @Test
    void settingsAreRead() {
        try (var live = builder()
                .properties(Map.of(
                        "livemeter.chat.kept", "50",
                        "livemeter.chat.guests", "write",
                        "livemeter.chat.person-rate", "3/10s",
                        "livemeter.chat.retention", "2d",
                        "livemeter.turn.stun-urls", "stun:a.example.org, stun:b.example.org",
                        "livemeter.turn.urls", "turn:a.example.org",
                        "livemeter.turn.secret", "north",
                        "livemeter.turn.valid-for", "1h"))
                .build()) {
            assertThat(live.chat().policy().kept()).isEqualTo(50);
            assertThat(live.chat().policy().guests()).isEqualTo(Guests.WRITE);
            assertThat(live.chat().policy().personRate()).isEqualTo(new ChatRate(3, Duration.ofSeconds(10)));
            assertThat(live.chat().policy().retention()).isEqualTo(Duration.ofDays(2));
            var servers = live.ice().serversFor(PersonId.guest("7x2h"));
            assertThat(servers.servers()).hasSize(2);
            assertThat(servers.servers().get(0).urls()).hasSize(2);
            assertThat(servers.expiresAt()).isEqualTo(time.instant().plus(Duration.ofHours(1)));
        }
    }

    @Test
    void everyFaultIsToldTogether() {
        var settings = Map.of(
                "livemeter.chat.person-rate", "fast",
                "livemeter.chat.guests", "maybe",
                "livemeter.chat.colour", "red",
                "livemeter.turn.urls", "turn:a.example.org",
                "livemeter.turn.stun-urls", "http://a.example.org");
        assertThatThrownBy(() -> builder().properties(settings).build())
                .isInstanceOfSatisfying(
                        ConfigurationException.class,
                        e -> assertThat(e.faults())
                                .containsExactlyInAnyOrder(
                                        "The setting livemeter.chat.person-rate is 'fast'; expected messages and seconds such as 5/5s.",
                                        "The setting livemeter.chat.guests is 'maybe'; expected one of none, read, write.",
                                        "The setting livemeter.chat.colour is not known here; known are channel-rate, guest-passes-for, guests, kept,"
                                                + " longest-text, look-every, most-readers, person-rate, retention. Correct or remove it.",
                                        "The setting livemeter.turn.urls is given without a secret; give livemeter.turn.secret or livemeter.turn.secret-file.",
                                        "The ICE server 'http://a.example.org' does not fit; expected stun:HOST, turn:HOST or turns:HOST, with :PORT and, of TURN, ?transport=udp or ?transport=tcp if wanted."));
    }

    @Test
    void aStorageThatKeepsNoneHasNeitherChatNorBans() {
        var whole = InMemoryStorage.create();
        var bare = (Storage) Proxy.newProxyInstance(
                Storage.class.getClassLoader(),
                new Class<?>[] {Storage.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "chats", "bans" -> Optional.empty();
                    default -> method.invoke(whole, arguments);
                });
        try (var live = builder().storage(bare).build()) {
            assertThat(live.chat().isOn()).isFalse();
            assertThat(live.chat()
                            .after(
                                    new dev.livemeter.chat.ChatChannel("stream/bob"),
                                    dev.livemeter.chat.ChatPerson.guest("7x2h", "Zoe"),
                                    0)
                            .<String>fold(page -> "", declined -> declined.message()))
                    .isEqualTo("There is no chat in this application; its storage keeps none.");
            assertThat(live.moderation()
                            .banForEver(
                                    dev.livemeter.moderation.Moderator.administrator(
                                            dev.livemeter.identity.UserId.of("root")),
                                    PersonId.guest("7x2h"),
                                    dev.livemeter.moderation.BanScope.everywhere(),
                                    "")
                            .<String>fold(ban -> "", declined -> declined.message()))
                    .isEqualTo("This application keeps no bans; its storage cannot.");
        }
    }
}
