package dev.livemeter.testing;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.PlatformTrouble;
import dev.livemeter.testing.contract.CarriesChatContract;
import java.time.Instant;
import java.util.List;

/** The chats in memory keep the contract. */
class InMemoryPlatformChatTest extends CarriesChatContract {

    private final InMemoryPlatformChat chat = InMemoryPlatformChat.create();
    private final BroadcastRef broadcast = new BroadcastRef("b-1", "", null);
    private final StandingAccess access = StandingAccess.of("alice", "memory");

    @Override
    protected CarriesChat chat() {
        return chat;
    }

    @Override
    protected BroadcastRef broadcast() {
        return broadcast;
    }

    @Override
    protected AccountAccess access() {
        return access;
    }

    @Override
    protected void somebodySays(String id, PlatformAuthor author, String text) {
        chat.say(broadcast, new CarriesChat.Message(id, author, text, "", Instant.now()));
    }

    @Override
    protected void messageIsTakenAway(String id) {
        chat.remove(broadcast, new CarriesChat.Removal.OfMessage(id));
    }

    @Override
    protected void authorIsSentAway(String author) {
        chat.remove(broadcast, new CarriesChat.Removal.OfAuthor(author));
    }

    @Override
    protected void connectionsBreak() {
        chat.interrupt(broadcast, new PlatformTrouble(true, null, "broken", "The connection broke."));
        chat.recover(broadcast);
    }

    @Override
    protected void chatEnds() {
        chat.close(broadcast, "");
    }

    @Override
    protected List<String> saidByTheAccount() {
        return chat.saidFromHere(broadcast);
    }
}
