package dev.livemeter;

import dev.livemeter.broadcast.chat.PlatformChats;
import dev.livemeter.chat.Chat;
import dev.livemeter.chat.ChatAccess;
import dev.livemeter.chat.ChatParts;
import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.event.Events;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderation;
import dev.livemeter.moderation.ModerationParts;
import dev.livemeter.spi.CarriesChat;
import dev.livemeter.spi.IdSource;
import dev.livemeter.spi.SecretCipher;
import dev.livemeter.spi.Storage;
import dev.livemeter.time.Scheduler;
import dev.livemeter.time.TimeSource;
import dev.livemeter.turn.Ice;
import dev.livemeter.turn.IcePolicy;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import org.jspecify.annotations.Nullable;

/** What people have with each other beside media: chat, moderation, and the way to each other's browsers. */
record Talk(Chat chat, PlatformChats platformChats, Moderation moderation, Ice ice) {

    /** Ends what looks at stores. Idempotent. */
    void end() {
        chat.end();
        platformChats.end();
        moderation.end();
    }

    /** What was given to the builder. */
    static final class Wishes {

        @Nullable
        ChatPolicy chat;

        @Nullable
        ChatAccess access;

        @Nullable
        IcePolicy ice;

        BiPredicate<UserId, UserId> isModerator = (moderator, broadcaster) -> false;

        /** Takes from the settings what was not given in code; their faults are told either way. */
        void complete(Settings settings) {
            var rules = settings.chat();
            var servers = settings.ice();
            chat = chat == null ? rules : chat;
            ice = ice == null ? servers : ice;
        }

        Moderation moderation(Storage storage, TimeSource time, Scheduler timer, IdSource ids, Events events) {
            return storage.bans()
                    .map(store -> Moderation.with(
                            new ModerationParts(store, storage.isExclusive(), isModerator, time, timer, ids, events)))
                    .orElseGet(Moderation::none);
        }

        /**
         * Begins the chat.
         *
         * @param calling whose channels are added; null where there are no calls
         * @param asking what talks to platforms
         */
        Talk begin(
                Moderation moderation,
                @Nullable Calling calling,
                Storage storage,
                SecretCipher cipher,
                TimeSource time,
                Scheduler timer,
                Executor workers,
                CarriesChat.Means asking,
                IdSource ids,
                Events events) {
            var rules = chat == null ? ChatPolicy.defaults() : chat;
            var who = access == null ? ChatAccess.streams(isModerator) : access;
            var everywhere = calling == null ? who : calling.chatAccess(who, isModerator);
            var talking = storage.chats()
                    .map(store -> Chat.with(new ChatParts(
                            rules,
                            everywhere,
                            store,
                            storage.isExclusive(),
                            moderation,
                            cipher,
                            time,
                            timer,
                            workers,
                            ids,
                            events)))
                    .orElseGet(Chat::none);
            var platforms = new PlatformChats(isModerator, asking, events);
            return new Talk(talking, platforms, moderation, new Ice(ice == null ? IcePolicy.none() : ice, time));
        }
    }
}
