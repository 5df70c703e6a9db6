package dev.livemeter;

import dev.livemeter.call.MeetingRule;
import dev.livemeter.identity.PersonId;
import dev.livemeter.identity.UserId;
import dev.livemeter.moderation.Moderation;
import java.util.Optional;

/** Keeps those apart whom a ban keeps apart. */
record BanRule(Moderation moderation) implements MeetingRule {

    @Override
    public Optional<String> objection(UserId viewer, UserId broadcaster) {
        return moderation.objectionTo(PersonId.of(viewer), broadcaster);
    }

    @Override
    public Optional<String> objectionTo(UserId user) {
        return moderation.objectionTo(PersonId.of(user), null);
    }
}
