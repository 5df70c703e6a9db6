package dev.livemeter.chat;

import dev.livemeter.LivemeterException;
import dev.livemeter.identity.UserId;
import java.util.Optional;
import java.util.function.BiPredicate;

/** Lets everybody write beside streams. */
final class StreamChannels implements ChatAccess {

    private final BiPredicate<UserId, UserId> isModerator;

    StreamChannels(BiPredicate<UserId, UserId> isModerator) {
        this.isModerator = isModerator;
    }

    @Override
    public Optional<UserId> hostOf(ChatChannel channel) {
        if (!channel.kind().equals("stream")) {
            return Optional.empty();
        }
        try {
            return Optional.of(UserId.of(channel.id()));
        } catch (LivemeterException nobodyIsCalledThat) {
            return Optional.empty();
        }
    }

    @Override
    public ChatLeave leave(ChatChannel channel, ChatPerson person) {
        var host = hostOf(channel);
        if (host.isEmpty()) {
            return ChatLeave.nothing("There is no chat under this name, or not for you.");
        }
        return person.id()
                        .user()
                        .filter(user -> isModerator.test(user, host.get()))
                        .isPresent()
                ? ChatLeave.moderate()
                : ChatLeave.write();
    }
}
