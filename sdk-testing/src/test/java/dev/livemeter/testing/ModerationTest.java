package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.Livemeter;
import dev.livemeter.event.LiveEvent;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.BanId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.moderation.MayMeet.Allowed;
import dev.livemeter.moderation.MayMeet.Banned;
import dev.livemeter.moderation.Moderation;
import dev.livemeter.moderation.ModerationResult;
import dev.livemeter.moderation.ModerationResult.Declined;
import dev.livemeter.moderation.ModerationResult.Reason;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.money.Tariff;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Kicks and bans in memory, on one node and on two. */
class ModerationTest {

    private static final UserId BOB = UserId.of("bob");
    private static final UserId DAVE = UserId.of("dave");
    private static final UserId TROLL = UserId.of("troll");
    private static final PersonId PERSON = PersonId.of(TROLL);
    private static final Moderator HOST = Moderator.ordinary(BOB);
    private static final Moderator ROOT = Moderator.administrator(UserId.of("root"));
    private static final Duration HOUR = Duration.ofHours(1);

    private final ManualTime time = ManualTime.create();
    private final Instant start = time.instant();
    private final InMemoryBooks books = InMemoryBooks.shared(time);
    private final List<LiveEvent> events = new ArrayList<>();
    private final List<Livemeter> nodes = new ArrayList<>();
    private final Livemeter live = node();
    private final Moderation moderation = live.moderation();

    private Livemeter node() {
        var node = Livemeter.builder()
                .wallet(books)
                .tariff(Tariff.perMinute("USD", "0.10"))
                .time(time)
                .scheduler(time)
                .executor(Runnable::run)
                .moderators((moderator, broadcaster) -> moderator.value().equals("carol") && broadcaster.equals(BOB))
                .listener(events::add)
                .build();
        nodes.add(node);
        return node;
    }

    @AfterEach
    void close() {
        nodes.forEach(Livemeter::close);
    }

    private static Declined declined(ModerationResult result) {
        assertThat(result).isInstanceOf(Declined.class);
        return (Declined) result;
    }

    @Test
    void aBanHoldsWithItsBroadcasterUntilItEnds() {
        var ban = moderation
                .ban(HOST, PERSON, BanScope.of(BOB), " insults ", HOUR)
                .orElseThrow();
        var end = start.plus(HOUR);
        assertThat(moderation.mayMeet(TROLL, BOB))
                .isEqualTo(new Banned(
                        ban.id(), "insults", end, "You are banned by bob until 2026-01-01T13:00:00Z. Reason: insults"));
        assertThat(moderation.mayMeet(TROLL, DAVE)).isEqualTo(new Allowed());
        assertThat(moderation.mayMeet(UserId.of("alice"), BOB)).isEqualTo(new Allowed());
        assertThat(moderation.mayMeet(PERSON, null)).isEqualTo(new Allowed());
        time.advance(HOUR.minusNanos(1_000));
        assertThat(moderation.mayMeet(TROLL, BOB)).isInstanceOf(Banned.class);
        time.advance(Duration.ofNanos(1_000));
        assertThat(moderation.mayMeet(TROLL, BOB)).isEqualTo(new Allowed());
        assertThat(declined(moderation.lift(HOST, ban.id(), "")).message())
                .isEqualTo("The ban " + ban.id() + " is over already.");
    }

    @Test
    void aBanFromEverywhereHoldsWithAllAndForGuestsToo() {
        moderation
                .banForEver(ROOT, PersonId.guest("troll"), BanScope.everywhere(), "")
                .orElseThrow();
        assertThat(moderation.objectionTo(PersonId.guest("troll"), DAVE)).contains("You are banned here.");
        assertThat(moderation.objectionTo(PersonId.guest("troll"), null)).contains("You are banned here.");
        assertThat(moderation.mayMeet(TROLL, DAVE)).isEqualTo(new Allowed());
    }

    @Test
    void ofSeveralBansTheLongestIsToldAndEachIsLiftedByItself() {
        var brief =
                moderation.ban(HOST, PERSON, BanScope.of(BOB), "brief", HOUR).orElseThrow();
        var endless = moderation
                .banForEver(ROOT, PERSON, BanScope.everywhere(), "endless")
                .orElseThrow();
        assertThat(((Banned) moderation.mayMeet(TROLL, BOB)).ban()).isEqualTo(endless.id());
        moderation.lift(ROOT, endless.id(), "").orElseThrow();
        assertThat(((Banned) moderation.mayMeet(TROLL, BOB)).ban()).isEqualTo(brief.id());
        moderation.lift(HOST, brief.id(), "").orElseThrow();
        assertThat(moderation.mayMeet(TROLL, BOB)).isEqualTo(new Allowed());
    }

    @Test
    void whoMayNotOrderIsRefused() {
        var sentence =
                "Only the broadcaster, their moderators and administrators may do that; from everywhere, only administrators.";
        var alice = Moderator.ordinary(UserId.of("alice"));
        assertThat(declined(moderation.ban(alice, PERSON, BanScope.of(BOB), "", HOUR))
                        .message())
                .isEqualTo(sentence);
        assertThat(declined(moderation.kick(HOST, PERSON, BanScope.everywhere(), ""))
                        .message())
                .isEqualTo(sentence);
        assertThat(declined(moderation.ban(HOST, PERSON, BanScope.of(DAVE), "", HOUR))
                        .reason())
                .isEqualTo(Reason.NOT_ALLOWED);
        var carol = Moderator.ordinary(UserId.of("carol"));
        var ban = moderation.ban(carol, PERSON, BanScope.of(BOB), "", HOUR).orElseThrow();
        assertThat(declined(moderation.ban(carol, PERSON, BanScope.of(DAVE), "", HOUR))
                        .reason())
                .isEqualTo(Reason.NOT_ALLOWED);
        assertThat(declined(moderation.lift(alice, ban.id(), "")).message()).isEqualTo(sentence);
        assertThat(moderation.lift(HOST, ban.id(), "").orElseThrow().by()).isEqualTo(UserId.of("carol"));
    }

    @Test
    void whatDoesNotFitIsRefusedWithASentence() {
        assertThat(declined(moderation.ban(HOST, PersonId.of(BOB), BanScope.of(BOB), "", HOUR))
                        .message())
                .isEqualTo(
                        "Nobody can be sent away from their own rooms, or send themselves away; name somebody else.");
        assertThat(declined(moderation.ban(ROOT, PersonId.of(BOB), BanScope.of(BOB), "", HOUR))
                        .reason())
                .isEqualTo(Reason.ONESELF);
        assertThat(declined(moderation.ban(HOST, PERSON, BanScope.of(BOB), "", Duration.ZERO))
                        .message())
                .isEqualTo("A ban of 0 seconds was ordered; expected 1 to 3153600000, or one for ever.");
        assertThat(declined(moderation.kick(HOST, PERSON, BanScope.of(BOB), "x".repeat(201)))
                        .message())
                .isEqualTo("The reason has 201 characters; expected a line of at most 200 that can all be seen.");
        assertThat(declined(moderation.kick(HOST, PERSON, BanScope.of(BOB), "two\nlines"))
                        .reason())
                .isEqualTo(Reason.UNFIT);
        assertThat(declined(moderation.lift(HOST, new BanId("ban-none"), "")).message())
                .isEqualTo("There is no ban ban-none.");
        assertThat(moderation.list(null, null, 10, null)).isEmpty();
    }

    @Test
    void theBooksTellWhoDidWhatWhenAndWhy() {
        var ban =
                moderation.ban(HOST, PERSON, BanScope.of(BOB), "insults", HOUR).orElseThrow();
        time.advance(Duration.ofMinutes(1));
        var kick = moderation.kick(ROOT, PERSON, BanScope.everywhere(), "spam").orElseThrow();
        time.advance(Duration.ofMinutes(1));
        var lifted = moderation.lift(ROOT, ban.id(), "said sorry").orElseThrow();
        assertThat(moderation.list(null, PERSON, 10, null)).containsExactly(kick, lifted);
        assertThat(lifted.lifted())
                .isEqualTo(new Ban.Lift(UserId.of("root"), "said sorry", start.plus(Duration.ofMinutes(2))));
        assertThat(events.stream().filter(event -> event.user() != null).map(LiveEvent::sentence))
                .containsExactly(
                        "user:troll was banned with bob by bob until 2026-01-01T13:00:00Z: insults",
                        "user:troll was sent away everywhere by root: spam",
                        "The ban of user:troll with bob was lifted by root: said sorry");
        assertThat(events.stream().map(LiveEvent::code)).contains("person_banned", "person_kicked", "ban_lifted");
    }

    @Test
    void eachNodeIsToldOfEachOrderOnceWithinASecond() {
        var other = node();
        var here = new ArrayList<String>();
        var there = new ArrayList<String>();
        moderation.onBanned(ban -> here.add(ban.kind() + " " + ban.reason()));
        other.moderation().onBanned(ban -> {
            throw new IllegalStateException("a listener that fails");
        });
        other.moderation().onBanned(ban -> there.add(ban.kind() + " " + ban.reason()));

        var ban = moderation.ban(HOST, PERSON, BanScope.of(BOB), "one", HOUR).orElseThrow();
        moderation.kick(HOST, PERSON, BanScope.of(BOB), "two").orElseThrow();
        other.moderation()
                .banForEver(ROOT, PERSON, BanScope.everywhere(), "three")
                .orElseThrow();
        assertThat(here).containsExactly("BAN one", "KICK two");
        assertThat(there).containsExactly("BAN one", "KICK two", "BAN three");
        assertThat(moderation.mayMeet(TROLL, DAVE)).isEqualTo(new Allowed());
        time.advance(Duration.ofSeconds(1));
        assertThat(here).containsExactly("BAN one", "KICK two", "BAN three");
        assertThat(moderation.mayMeet(TROLL, DAVE)).isInstanceOf(Banned.class);

        moderation.lift(HOST, ban.id(), "").orElseThrow();
        time.advance(Duration.ofSeconds(5));
        assertThat(here).hasSize(3);
        assertThat(there).hasSize(3);
        assertThat(((Banned) other.moderation().mayMeet(TROLL, BOB)).reason()).isEqualTo("three");
    }

    @Test
    void aNodeThatComesLaterKnowsWhatHoldsAndTellsNothingOld() {
        moderation.ban(HOST, PERSON, BanScope.of(BOB), "one", HOUR).orElseThrow();
        moderation.kick(HOST, PERSON, BanScope.of(BOB), "two").orElseThrow();
        var late = node();
        var told = new ArrayList<Ban>();
        late.moderation().onBanned(told::add);
        time.advance(Duration.ofSeconds(3));
        assertThat(told).isEmpty();
        assertThat(late.moderation().mayMeet(TROLL, BOB)).isInstanceOf(Banned.class);
    }
}
