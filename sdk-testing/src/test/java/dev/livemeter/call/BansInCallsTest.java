package dev.livemeter.call;

import static dev.livemeter.call.CallStage.peer;
import static org.assertj.core.api.Assertions.assertThat;

import dev.livemeter.call.InviteResult.Reason;
import dev.livemeter.call.InviteResult.Refused;
import dev.livemeter.chat.ChatAnswer;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatLeave.Level;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.BanScope;
import dev.livemeter.moderation.Moderator;
import dev.livemeter.moderation.Moderator.Standing;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What kicks and bans do to calls, and who talks in the chat of one. */
class BansInCallsTest {

    private static final PersonId ALICE = PersonId.of(UserId.of("alice"));
    private static final Moderator BOB = new Moderator(UserId.of("bob"), Standing.ORDINARY);
    private static final Moderator OLGA = new Moderator(UserId.of("olga"), Standing.ADMINISTRATOR);

    private final CallStage stage = new CallStage();

    @BeforeEach
    void pay() {
        stage.pay("alice", "10.00");
    }

    @AfterEach
    void close() {
        stage.close();
    }

    private void itIsKnown() {
        stage.time.advance(Duration.ofSeconds(2));
        stage.time.runDue();
    }

    @Test
    void aBanByTheCalleeEndsTheCallAndKeepsTheCallerAway() {
        var call = stage.talks();
        stage.passes(call, 3, "alice", "bob");

        stage.live.moderation().banForEver(BOB, ALICE, BanScope.of(UserId.of("bob")), "rude");
        itIsKnown();

        stage.endedWith(call, CallEnd.Cause.STOPPED, "3", "0.30");
        assertThat(stage.invite(Duration.ZERO))
                .isEqualTo(new Refused(Reason.NOT_ALLOWED, "You are banned by bob. Reason: rude"));
        assertThat(stage.peers.isPresent(peer("alice"))).isTrue();
    }

    @Test
    void aBanFromEverywhereEndsTheCallAndKeepsTheClientOutOfSignaling() {
        var token = stage.live.calls().token("alice", "");
        var call = stage.talks();
        stage.passes(call, 3, "alice", "bob");

        stage.live.moderation().banForEver(OLGA, ALICE, BanScope.everywhere(), "fraud");
        itIsKnown();

        stage.endedWith(call, CallEnd.Cause.STOPPED, "3", "0.30");
        assertThat(stage.peers.isPresent(peer("alice"))).isFalse();
        assertThat(stage.peers.connect(token)).isEqualTo("You are banned here. Reason: fraud");
    }

    @Test
    void whoIsKickedMayComeBack() {
        var call = stage.talks();
        stage.passes(call, 3, "alice", "bob");

        stage.live.moderation().kick(OLGA, ALICE, BanScope.everywhere(), "cool down");
        itIsKnown();

        stage.endedWith(call, CallEnd.Cause.STOPPED, "3", "0.30");
        assertThat(stage.peers.isPresent(peer("alice"))).isFalse();
        stage.comeIn("alice");
        assertThat(stage.invite(Duration.ZERO)).isInstanceOf(InviteResult.Invited.class);
    }

    @Test
    void theChatOfACallIsForTheTwoOfItAndTheCalleeModerates() {
        var call = stage.talks();
        var channel = ChatChannel.of("call", call.value());
        var chat = stage.live.chat();

        assertThat(chat.levelOf(channel, person("alice"))).isEqualTo(Level.WRITE);
        assertThat(chat.levelOf(channel, person("bob"))).isEqualTo(Level.MODERATE);
        assertThat(chat.levelOf(channel, person("carol"))).isEqualTo(Level.NOTHING);
        assertThat(chat.levelOf(ChatChannel.of("call", "tea"), person("alice"))).isEqualTo(Level.NOTHING);
        assertThat(chat.levelOf(ChatChannel.of("room", "tea"), person("alice"))).isEqualTo(Level.NOTHING);
        assertThat(chat.post(channel, person("alice"), "one", "Hello")).isInstanceOf(ChatAnswer.Granted.class);
    }

    private static ChatPerson person(String user) {
        return ChatPerson.user(UserId.of(user));
    }
}
