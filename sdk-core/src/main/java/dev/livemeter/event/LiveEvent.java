package dev.livemeter.event;

import dev.livemeter.account.AccountId;
import dev.livemeter.broadcast.chat.PlatformAuthor;
import dev.livemeter.call.CallId;
import dev.livemeter.chat.ChatAuthor;
import dev.livemeter.chat.ChatChannel;
import dev.livemeter.destination.DestinationId;
import dev.livemeter.destination.DestinationStatus;
import dev.livemeter.fleet.RelayHostStatus;
import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import dev.livemeter.moderation.Ban;
import dev.livemeter.money.Charge;
import dev.livemeter.money.Money;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.recording.RecordingState;
import dev.livemeter.room.RoomId;
import dev.livemeter.room.RoomState;
import dev.livemeter.session.FinalUnitAction;
import dev.livemeter.session.SessionEnd;
import dev.livemeter.session.SessionId;
import dev.livemeter.session.StreamWarning;
import dev.livemeter.spi.RelayAuthority;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Something that happened. Immutable; carries no secret, so that it can be logged and sent on. */
public sealed interface LiveEvent {

    /** When, by the wall clock. */
    Instant at();

    /** Whom it concerns; null where nobody is known, as for an unknown stream key. */
    @Nullable
    UserId user();

    /** The session that it is about; null where it is about none. */
    default @Nullable SessionId session() {
        return null;
    }

    /** A sentence for people. */
    String sentence();

    /** Stable, for programs: the record's name in lower case with underscores, such as {@code session_started}. */
    default String code() {
        return getClass().getSimpleName().replaceAll("(?<=.)([A-Z])", "_$1").toLowerCase(Locale.ROOT);
    }

    /** A publisher was let in; money is held for it. */
    record SessionAuthorized(Instant at, UserId user, SessionId session, Money held, Money available)
            implements LiveEvent {
        @Override
        public String sentence() {
            return "The stream is authorized; " + held + " held, " + available + " still available.";
        }
    }

    /** A publisher was turned away. */
    record PublishRefused(
            Instant at, @Nullable UserId user, RelayAuthority.Refusal reason, String message, String remoteAddress)
            implements LiveEvent {
        @Override
        public String sentence() {
            return "A stream was refused with " + reason.httpStatus() + ": " + message;
        }
    }

    /** Delivery began, and the meter with it. */
    record SessionStarted(Instant at, UserId user, SessionId session, Duration paidFor) implements LiveEvent {
        @Override
        public String sentence() {
            return "The stream is live and metered; paid for up to " + clock(paidFor) + ".";
        }
    }

    /** Money was taken. */
    record ChargeCaptured(Instant at, UserId user, SessionId session, Charge charge, Money chargedSoFar)
            implements LiveEvent {
        @Override
        public String sentence() {
            return charge.amount() + " charged for " + clock(charge.from()) + " to " + clock(charge.to()) + ".";
        }
    }

    /** More money was held, so that the session may go on. */
    record QuotaRenewed(Instant at, UserId user, SessionId session, Money held, Duration paidUntil)
            implements LiveEvent {
        @Override
        public String sentence() {
            return "Another " + held + " held; paid for up to " + clock(paidUntil) + ".";
        }
    }

    /**
     * The money left fell below the warning threshold. Each session tells it once for each crossing, so two that share a wallet both do; whoever takes a stream up after a
     * restart knows of no warning before, and tells it again.
     */
    record BalanceLow(Instant at, UserId user, SessionId session, Money left, Duration timeLeft) implements LiveEvent {
        @Override
        public String sentence() {
            return "The balance is low: " + left + " left, enough for " + clock(timeLeft) + ".";
        }
    }

    /** The balance allows no further quota: the session will be cut when this one ends, unless somebody pays in. */
    record FinalUnitGranted(Instant at, UserId user, SessionId session, Duration timeLeft) implements LiveEvent {
        @Override
        public String sentence() {
            return "The last of the balance is in use; the stream ends in " + clock(timeLeft)
                    + " unless it is topped up.";
        }
    }

    /**
     * The last unit is used up and the session is not cut yet: it goes on as a preview, or waits for a top-up.
     *
     * @param topUpPage where the payer is to be led to; null where the policy does not redirect
     */
    record SessionRestricted(
            Instant at,
            UserId user,
            SessionId session,
            FinalUnitAction action,
            @Nullable URI topUpPage,
            Duration cutIn) implements LiveEvent {
        @Override
        public String sentence() {
            return "The balance is used up; the session is restricted and ends in " + clock(cutIn)
                    + " unless it is topped up" + (topUpPage == null ? "." : " at " + topUpPage + " .");
        }
    }

    /** Somebody paid in: a restricted session is delivered and metered again. */
    record SessionRevived(Instant at, UserId user, SessionId session, Duration paidUntil) implements LiveEvent {
        @Override
        public String sentence() {
            return "The session goes on; paid for up to " + clock(paidUntil) + ".";
        }
    }

    /** The application was away while the session was delivered; it is metered again, from its beginning on. */
    record SessionResumed(Instant at, UserId user, SessionId session, Duration elapsed) implements LiveEvent {
        @Override
        public String sentence() {
            return "The application is back; the session goes on at " + clock(elapsed) + ".";
        }
    }

    /** Another node has taken the session over; this one stopped to meter it and charged nothing more. */
    record SessionFenced(Instant at, UserId user, SessionId session) implements LiveEvent {
        @Override
        public String sentence() {
            return "Another node has taken the session over; it ends here.";
        }
    }

    /** The end of a session was ordered. */
    record SessionEnding(Instant at, UserId user, SessionId session, SessionEnd end) implements LiveEvent {
        @Override
        public String sentence() {
            return "The stream is being cut. " + end.sentence();
        }
    }

    /** A session is over and charged. */
    record SessionEnded(
            Instant at, UserId user, SessionId session, SessionEnd end, Duration used, Money cost, Money balance)
            implements LiveEvent {
        @Override
        public String sentence() {
            return "The stream ended after " + clock(used) + " for " + cost + "; the balance is " + balance + ". "
                    + end.sentence();
        }
    }

    /** Something was delivered and could not be charged: the hold was gone, say. For the operator to look at. */
    record ChargeUncollected(Instant at, UserId user, SessionId session, Money amount, String why)
            implements LiveEvent {
        @Override
        public String sentence() {
            return amount + " could not be charged: " + why;
        }
    }

    /** A destination of a running stream came into another state. */
    record DestinationChanged(Instant at, UserId user, SessionId session, DestinationStatus status)
            implements LiveEvent {
        @Override
        public String sentence() {
            return status.name() + " is " + status.state().name().toLowerCase(Locale.ROOT)
                    + (status.detail().isEmpty() ? "." : ": " + status.detail());
        }
    }

    /** Something about a running stream should be changed. Told once for each matter, and again if it comes back. */
    record StreamWarned(Instant at, UserId user, SessionId session, StreamWarning warning) implements LiveEvent {
        @Override
        public String sentence() {
            return warning.sentence();
        }
    }

    /** A recording began, came a step further, failed or was deleted. */
    record RecordingChanged(
            Instant at, UserId user, SessionId session, RecordingId recording, RecordingState state, String detail)
            implements LiveEvent {
        @Override
        public String sentence() {
            var what = switch (state) {
                case RECORDING -> "The stream is being recorded.";
                case FINISHING -> "The recording is over and is being finished.";
                case READY -> "The recording is ready.";
                case FAILED -> "The recording failed.";
                case DELETED -> "The recording was deleted.";
            };
            return detail.isEmpty() ? what : what + " " + detail;
        }
    }

    /**
     * A broadcast on a platform came a step further.
     *
     * @param name what its destination is called
     * @param page where people watch it, or its video; null where that is not known
     * @param detail a sentence for people; may be empty
     */
    record BroadcastChanged(
            Instant at,
            UserId user,
            SessionId session,
            DestinationId destination,
            String name,
            Stage change,
            @Nullable URI page,
            String detail)
            implements LiveEvent {

        /** What happened to it. */
        public enum Stage {
            OPENED,
            LIVE,
            ENDED,
            FAILED,
            VIDEO_FOUND
        }

        @Override
        public String code() {
            return "broadcast_" + change.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String sentence() {
            var what = switch (change) {
                case OPENED -> name + " is ready for the stream" + at(page) + ".";
                case LIVE -> name + " shows the stream" + at(page) + ".";
                case ENDED -> "The broadcast on " + name + " is over.";
                case FAILED -> name + " does not take the stream.";
                case VIDEO_FOUND -> "The video of the stream on " + name + " is there" + at(page) + ".";
            };
            return detail.isEmpty() ? what : what + " " + detail;
        }

        private static String at(@Nullable URI page) {
            return page == null ? "" : " at " + page;
        }
    }

    /** Money was paid into a wallet. */
    record WalletCredited(Instant at, UserId user, Money amount, Money balance) implements LiveEvent {
        @Override
        public String sentence() {
            return amount + " paid in; the balance is " + balance + ".";
        }
    }

    /** Money was taken at once, for a tip or a ticket. */
    record WalletDebited(Instant at, UserId user, Money amount, String memo, Money balance) implements LiveEvent {
        @Override
        public String sentence() {
            return amount + " taken" + (memo.isEmpty() ? "" : " for " + memo) + "; the balance is " + balance + ".";
        }
    }

    /** A charge was given back, wholly or in part. */
    record WalletRefunded(Instant at, UserId user, Money amount, String memo, Money balance) implements LiveEvent {
        @Override
        public String sentence() {
            return amount + " given back" + (memo.isEmpty() ? "" : " for " + memo) + "; the balance is " + balance
                    + ".";
        }
    }

    /** A stream key was made, or is refused from now on. */
    record StreamKeyChanged(Instant at, UserId user, StreamKeyId key, Change change) implements LiveEvent {

        /** What happened to it. */
        public enum Change {
            CREATED,
            REVOKED
        }

        @Override
        public String sentence() {
            return "The stream key " + key + " was " + change.name().toLowerCase(Locale.ROOT) + ".";
        }
    }

    /** An account on a platform was connected, must be connected again, or was disconnected. */
    record AccountChanged(
            Instant at, UserId user, AccountId account, String platform, String name, Outcome outcome, String detail)
            implements LiveEvent {

        /** How it stands now. */
        public enum Outcome {
            CONNECTED,
            NEEDS_AUTHORIZATION,
            DISCONNECTED
        }

        @Override
        public String code() {
            return "account_" + outcome.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String sentence() {
            var what = "The account '" + name + "' on " + platform
                    + switch (outcome) {
                        case CONNECTED -> " is connected.";
                        case NEEDS_AUTHORIZATION -> " must be connected again.";
                        case DISCONNECTED -> " is connected no more.";
                    };
            return detail.isEmpty() ? what : what + " " + detail;
        }
    }

    /**
     * A person's client came into signaling or went. What it talks of goes on without it for a while: calls and rooms tell of themselves.
     *
     * @param device as the client calls itself; empty for the first
     */
    record ClientChanged(Instant at, UserId user, String device, Presence change) implements LiveEvent {

        /** What became of it. */
        public enum Presence {
            /** It is there, for the first time or again. */
            JOINED,
            /** It said so, or closed its connection in order. */
            LEFT,
            /** Its connection broke, or it was silent for too long. */
            LOST,
            /** It was sent away. */
            DISMISSED
        }

        @Override
        public String code() {
            return "client_" + change.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String sentence() {
            var who = "The client of " + user + (device.isEmpty() ? "" : " on the device " + device);
            return who
                    + switch (change) {
                        case JOINED -> " is connected.";
                        case LEFT -> " left.";
                        case LOST -> " lost its connection.";
                        case DISMISSED -> " was sent away.";
                    };
        }
    }

    /** A call came a step further. Told to each of the two, as {@code user}. */
    record CallChanged(
            Instant at, UserId user, @Nullable SessionId session, CallId call, UserId other, Step change, String detail)
            implements LiveEvent {

        /** What happened to it. */
        public enum Step {
            INVITED,
            ACCEPTED,
            DECLINED,
            MISSED,
            CANCELLED,
            STARTED,
            LOW,
            RESTRICTED,
            EXTENDED,
            ENDED
        }

        @Override
        public String code() {
            return "call_" + change.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String sentence() {
            var what = switch (change) {
                case INVITED -> "There is an invitation to a call with " + other + ".";
                case ACCEPTED -> "The call with " + other + " is accepted.";
                case DECLINED, MISSED, CANCELLED -> "There is no call with " + other + ".";
                case STARTED -> "The call with " + other + " is live and metered.";
                case LOW -> "The balance for the call with " + other + " is low.";
                case RESTRICTED -> "The call with " + other + " is a preview, or is paid for again.";
                case EXTENDED -> "The call with " + other + " may last longer.";
                case ENDED -> "The call with " + other + " is over.";
            };
            return detail.isEmpty() ? what : what + " " + detail;
        }
    }

    /** A room was planned, opened or closed. */
    record RoomChanged(Instant at, UserId user, RoomId room, RoomState state, String detail) implements LiveEvent {
        @Override
        public String code() {
            return "room_" + state.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String sentence() {
            var what = switch (state) {
                case SCHEDULED -> "The room " + room + " is planned.";
                case OPEN -> "The room " + room + " is open.";
                case ENDED -> "The room " + room + " is closed.";
            };
            return detail.isEmpty() ? what : what + " " + detail;
        }
    }

    /** Somebody came into a room or left it. Told to the viewer and to the broadcaster, as {@code user}. */
    record ParticipantChanged(
            Instant at,
            UserId user,
            @Nullable SessionId session,
            RoomId room,
            UserId viewer,
            Move change,
            String detail)
            implements LiveEvent {

        /** What they did. */
        public enum Move {
            JOINED,
            LEFT
        }

        @Override
        public String code() {
            return "participant_" + change.name().toLowerCase(Locale.ROOT);
        }

        @Override
        public String sentence() {
            var what = viewer + (change == Move.JOINED ? " joined the room " : " left the room ") + room + ".";
            return detail.isEmpty() ? what : what + " " + detail;
        }
    }

    /** Somebody tipped a broadcaster in a call or a room. Told to both, as {@code user}. */
    record TipGiven(
            Instant at, UserId user, @Nullable SessionId session, UserId from, UserId to, Money amount, String message)
            implements LiveEvent {
        @Override
        public String sentence() {
            return from + " tipped " + to + " with " + amount + (message.isEmpty() ? "." : ": " + message);
        }
    }

    /** Somebody said something in a chat. */
    record ChatMessagePosted(
            Instant at, @Nullable UserId user, ChatChannel channel, long sequence, ChatAuthor author, String text)
            implements LiveEvent {
        @Override
        public String sentence() {
            return author.name() + " wrote in " + channel + ".";
        }

        /** Without the text: what people say is not for logs. */
        @Override
        public String toString() {
            return "ChatMessagePosted[" + sequence + " in " + channel + " by " + author.person() + "]";
        }
    }

    /**
     * A message was deleted from a chat.
     *
     * @param user who deleted it
     */
    record ChatMessageDeleted(Instant at, UserId user, ChatChannel channel, long message) implements LiveEvent {
        @Override
        public String sentence() {
            return user + " deleted the message " + message + " in " + channel + ".";
        }
    }

    /**
     * Somebody said something on a platform that a stream is shown on. Where much is said not everything is told, so that nothing else is crowded out; all of it can be read from
     * {@link dev.livemeter.broadcast.chat.PlatformChats}.
     *
     * @param user whose stream it is
     * @param sequence its number among what is said beside the session
     * @param untold how many before it were not told
     */
    record PlatformChatPosted(
            Instant at,
            UserId user,
            SessionId session,
            DestinationId destination,
            String platform,
            long sequence,
            PlatformAuthor author,
            String text,
            long untold)
            implements LiveEvent {
        @Override
        public String sentence() {
            return author.name() + " wrote on " + platform + ".";
        }

        /** Without the text: what people say is not for logs. */
        @Override
        public String toString() {
            return "PlatformChatPosted[" + sequence + " on " + platform + " by " + author.id() + "]";
        }
    }

    /**
     * Somebody was banned.
     *
     * @param user who; null for a guest
     */
    record PersonBanned(Instant at, @Nullable UserId user, Ban ban) implements LiveEvent {
        @Override
        public String sentence() {
            var until = ban.until();
            return ban.person() + " was banned " + ban.scope() + " by " + ban.by()
                    + (until == null ? " for ever" : " until " + until)
                    + (ban.reason().isEmpty() ? "." : ": " + ban.reason());
        }
    }

    /**
     * Somebody was sent out of what runs, and may come back.
     *
     * @param user who; null for a guest
     */
    record PersonKicked(Instant at, @Nullable UserId user, Ban ban) implements LiveEvent {
        @Override
        public String sentence() {
            return ban.person() + " was sent away " + ban.scope() + " by " + ban.by()
                    + (ban.reason().isEmpty() ? "." : ": " + ban.reason());
        }
    }

    /**
     * A ban was taken back.
     *
     * @param user who may come again; null for a guest
     */
    record BanLifted(Instant at, @Nullable UserId user, Ban ban) implements LiveEvent {
        @Override
        public String sentence() {
            var lift = ban.lifted();
            return "The ban of " + ban.person() + " " + ban.scope() + " was lifted"
                    + (lift == null
                            ? "."
                            : " by " + lift.by() + (lift.reason().isEmpty() ? "." : ": " + lift.reason()));
        }
    }

    /** A relay host came into another state. Concerns the operator, and no user. */
    record RelayHostChanged(Instant at, RelayHostStatus host) implements LiveEvent {
        @Override
        public @Nullable UserId user() {
            return null;
        }

        @Override
        public String sentence() {
            return host.sentence();
        }
    }

    private static String clock(Duration span) {
        var seconds = span.toSeconds();
        return seconds < 3600
                ? String.format(Locale.ROOT, "%d:%02d", seconds / 60, seconds % 60)
                : String.format(Locale.ROOT, "%d:%02d:%02d", seconds / 3600, seconds / 60 % 60, seconds % 60);
    }
}
