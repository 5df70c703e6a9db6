package dev.livemeter.chat;

import dev.livemeter.identity.UserId;
import java.util.Optional;
import java.util.function.BiPredicate;

/**
 * Says whose a channel is and who may read and write there: the host application, rooms and calls do. Asked for each request, and of those who stay connected every few seconds,
 * by many threads; so it should answer from memory. What it throws fails the request alone. Bans, the {@link ChatPolicy}'s rule for guests, hosts and administrators are looked at before it.
 */
public interface ChatAccess {

    /** Whose channel it is: who moderates it, and whose bans hold there. Empty where it is nobody's; bans from everywhere hold there all the same. */
    Optional<UserId> hostOf(ChatChannel channel);

    /** What somebody may do who is neither the host of the channel nor an administrator. */
    ChatLeave leave(ChatChannel channel, ChatPerson person);

    /**
     * Channels {@code stream/USER}: that user's, and everybody may write there. All other channels are closed.
     *
     * @param isModerator whether the first user moderates the channels of the second
     */
    static ChatAccess streams(BiPredicate<UserId, UserId> isModerator) {
        return new StreamChannels(isModerator);
    }

    /** This for the channels of one kind, and another one for all others. */
    default ChatAccess forKind(String kind, ChatAccess others) {
        var own = this;
        return new ChatAccess() {
            @Override
            public Optional<UserId> hostOf(ChatChannel channel) {
                return (channel.kind().equals(kind) ? own : others).hostOf(channel);
            }

            @Override
            public ChatLeave leave(ChatChannel channel, ChatPerson person) {
                return (channel.kind().equals(kind) ? own : others).leave(channel, person);
            }
        };
    }
}
