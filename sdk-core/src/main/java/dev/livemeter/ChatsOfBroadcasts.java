package dev.livemeter;

import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.BroadcastAudience;
import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.broadcast.BroadcastTerms;
import dev.livemeter.broadcast.chat.PlatformChats;
import dev.livemeter.spi.AccountAccess;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.StreamProvider;
import java.util.Map;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Joins the chat of each broadcast that people can see, where its platform has one. Thread-safe. */
final class ChatsOfBroadcasts implements BroadcastAudience {

    private static final Logger log = LoggerFactory.getLogger(ChatsOfBroadcasts.class);

    private final PlatformChats chats;
    private final Map<String, StreamProvider> providers;
    private final Function<AccountId, AccountAccess> accounts;

    ChatsOfBroadcasts(
            PlatformChats chats, Map<String, StreamProvider> providers, Function<AccountId, AccountAccess> accounts) {
        this.chats = chats;
        this.providers = Map.copyOf(providers);
        this.accounts = accounts;
    }

    @Override
    public void visible(BroadcastTerms terms, BroadcastRef broadcast) {
        if (!(providers.get(terms.platform()) instanceof CarriesChat carrier) || !carrier.hasChat()) {
            return;
        }
        try {
            chats.opened(
                    terms.session(),
                    terms.owner(),
                    terms.destination(),
                    terms.platform(),
                    carrier,
                    broadcast,
                    accounts.apply(terms.account()));
        } catch (LivemeterException e) {
            // Told again with the next look, unless the account is gone for good.
            log.debug("The chat of {} is not joined: {}", terms.platform(), e.getMessage());
        }
    }

    @Override
    public void gone(BroadcastTerms terms) {
        chats.ended(terms.session(), terms.destination());
    }
}
