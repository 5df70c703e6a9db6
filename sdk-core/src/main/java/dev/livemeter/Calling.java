package dev.livemeter;

import dev.livemeter.call.CallId;
import dev.livemeter.call.CallParts;
import dev.livemeter.call.Calls;
import dev.livemeter.chat.ChatAccess;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.chat.ChatLeave;
import dev.livemeter.chat.ChatPerson;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.moderation.Moderation;
import dev.livemeter.room.Room;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.Rooms;
import dev.livemeter.spi.RoomStore;
import java.util.Optional;
import java.util.function.BiPredicate;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Calls and rooms, and how bans and chat reach them. */
record Calling(Calls calls, Rooms rooms) {

    private static final Logger log = LoggerFactory.getLogger(Calling.class);

    /** Prepares them; bans hold in both from the start, and cut what runs. */
    static Calling with(CallParts parts, RoomStore store, Moderation moderation) {
        var calls = Calls.with(parts);
        var calling = new Calling(calls, Rooms.with(parts, calls, store));
        parts.network().ask(calls.authority());
        moderation.onBanned(calling::part);
        return calling;
    }

    void begin() {
        calls.begin();
        rooms.begin();
    }

    void end() {
        rooms.close();
        calls.close();
    }

    /** Stores how the last ones ended; to be called when no session runs any more. */
    void finish() {
        try {
            rooms.finish();
            calls.finish();
        } catch (RuntimeException e) {
            log.warn("How the last calls ended could not be stored ({}); the next start does it.", e.getMessage());
        }
    }

    private void part(Ban ban) {
        var user = ban.person().user();
        if (user.isEmpty()) {
            return;
        }
        var broadcaster = ban.scope().broadcaster();
        if (broadcaster == null) {
            calls.partFromAll(user.get().value(), ban.reason(), ban.sentence());
            rooms.partFromAll(user.get().value(), ban.reason());
        } else {
            calls.part(user.get().value(), broadcaster.value(), ban.reason());
            rooms.part(user.get().value(), broadcaster.value(), ban.reason());
        }
    }

    /** Channels {@code call/ID} for the two of a call that goes on, {@code room/ID} for who is in the room, and others as they are. */
    ChatAccess chatAccess(ChatAccess others, BiPredicate<UserId, UserId> isModerator) {
        return new CallChannels(this).forKind("call", new RoomChannels(this, isModerator).forKind("room", others));
    }

    /** What a channel is about; empty where nothing can have that id. */
    private static <T> Optional<T> named(ChatChannel channel, Function<String, T> id) {
        try {
            return Optional.of(id.apply(channel.id()));
        } catch (LivemeterException nothingIsCalledThat) {
            return Optional.empty();
        }
    }

    /** Between the two of a call; the callee moderates. */
    private record CallChannels(Calling calling) implements ChatAccess {

        @Override
        public Optional<UserId> hostOf(ChatChannel channel) {
            return named(channel, CallId::new).flatMap(calling.calls()::callee);
        }

        @Override
        public ChatLeave leave(ChatChannel channel, ChatPerson person) {
            var call = named(channel, CallId::new);
            return call.isPresent()
                            && person.id()
                                    .user()
                                    .flatMap(user -> calling.calls().status(user.value(), call.get()))
                                    .isPresent()
                    ? ChatLeave.write()
                    : ChatLeave.nothing("There is no chat under this name, or not for you.");
        }
    }

    /** In a room, for who is in it. */
    private record RoomChannels(Calling calling, BiPredicate<UserId, UserId> isModerator) implements ChatAccess {

        @Override
        public Optional<UserId> hostOf(ChatChannel channel) {
            return named(channel, RoomId::new).flatMap(calling.rooms()::find).map(Room::broadcaster);
        }

        @Override
        public ChatLeave leave(ChatChannel channel, ChatPerson person) {
            var host = hostOf(channel);
            var user = person.id().user();
            if (host.isEmpty() || user.isEmpty()) {
                return ChatLeave.nothing("There is no chat under this name, or not for you.");
            }
            if (isModerator.test(user.get(), host.get())) {
                return ChatLeave.moderate();
            }
            return calling.rooms().isIn(user.get().value(), new RoomId(channel.id()))
                    ? ChatLeave.write()
                    : ChatLeave.nothing("This chat is for who is in the room; come in first.");
        }
    }
}
