package dev.livemeter.broadcast.chat;

import dev.livemeter.broadcast.BroadcastRef;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.CarriesChat.Ear;
import dev.livemeter.spi.CarriesChat.Link;
import dev.livemeter.spi.CarriesChat.Message;
import dev.livemeter.spi.CarriesChat.Removal;
import dev.livemeter.spi.CarriesChat.State;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The chat of one destination of a session, as {@link MergedChat} hears it. What changes is guarded by that. */
final class ChatLine implements Ear {

    private static final Logger log = LoggerFactory.getLogger(ChatLine.class);

    /** As many as a platform gives at once when it is asked again from the beginning. */
    private static final int IDS_KNOWN = 2_000;

    private static final int LONGEST_ID = 256;

    /** What a platform ended seldom begins anew by itself; each try costs units there. */
    private static final Duration REST = Duration.ofMinutes(30);

    private final MergedChat chat;
    private final CarriesChat provider;
    private final BroadcastRef broadcast;
    private final Instant connectedAt;
    private final Map<String, Long> seen;
    private volatile PlatformChatStatus status;
    private volatile boolean over;
    private volatile boolean resting;
    private volatile long restsSince;
    private volatile @Nullable Link link;

    /**
     * A line that is not joined yet.
     *
     * @param connectedAt when its account was connected last
     * @param former what was there before, whose messages are not to come again
     */
    ChatLine(
            MergedChat chat,
            CarriesChat provider,
            BroadcastRef broadcast,
            Instant connectedAt,
            PlatformChatStatus status,
            @Nullable ChatLine former) {
        this.chat = chat;
        this.provider = provider;
        this.broadcast = broadcast;
        this.connectedAt = connectedAt;
        this.status = status;
        this.seen = former != null && former.isOf(broadcast) ? former.seen : new KnownIds();
    }

    DestinationId destination() {
        return status.destination();
    }

    CarriesChat provider() {
        return provider;
    }

    BroadcastRef broadcast() {
        return broadcast;
    }

    boolean isOf(BroadcastRef other) {
        return broadcast.id().equals(other.id());
    }

    PlatformChatStatus status() {
        return status;
    }

    void status(PlatformChatStatus now) {
        status = now;
    }

    boolean isOver() {
        return over;
    }

    void over() {
        over = true;
        resting = false;
    }

    /** Its platform ended it. */
    void overThere(long now) {
        restsSince = now;
        over = true;
        resting = true;
    }

    /** Whether its platform ended it not long ago, and nobody has connected the account anew since. */
    boolean isAtRest(Instant accountConnectedAt, long now) {
        return resting && connectedAt.equals(accountConnectedAt) && now - restsSince < REST.toNanos();
    }

    Map<String, Long> seen() {
        return seen;
    }

    @Nullable
    Link link() {
        return link;
    }

    void link(Link joined) {
        link = joined;
    }

    void leave() {
        var present = link;
        if (present != null) {
            try {
                present.close();
            } catch (RuntimeException e) {
                log.warn("The chat of {} was not left in order.", status.platform(), e);
            }
        }
    }

    @Override
    public void said(Message message) {
        if (message.id().isEmpty() || message.id().length() > LONGEST_ID) {
            log.debug("{} gave a message an id that does not fit; it is left out.", status.platform());
            return;
        }
        chat.said(this, message);
    }

    @Override
    public void removed(Removal removal) {
        if (removal instanceof Removal.OfMessage one && one.id().length() > LONGEST_ID) {
            return;
        }
        chat.removed(this, removal);
    }

    @Override
    public void changed(State state) {
        chat.changed(this, state);
    }

    /** Ids of messages and their numbers, 0 for what was taken away; the ones that came first are forgotten first. */
    private static final class KnownIds extends LinkedHashMap<String, Long> {

        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Long> eldest) {
            return size() > IDS_KNOWN;
        }
    }
}
