package dev.livemeter.platforms.rtmp;

import dev.livemeter.destination.ConnectionTest;
import dev.livemeter.destination.Destination;
import dev.livemeter.destination.PlatformGuide;
import dev.livemeter.destination.PushTarget;
import dev.livemeter.destination.ReachRule;
import dev.livemeter.destination.StreamLimits;
import java.util.Optional;

/** A platform with more to it, whose destinations with a stream key are those of another one. */
public interface AlsoByKey extends KeyedPlatform {

    /** What answers for destinations with a stream key. */
    KeyedPlatform byKey();

    @Override
    default String name() {
        return byKey().name();
    }

    @Override
    default String displayName() {
        return byKey().displayName();
    }

    @Override
    default StreamLimits limits() {
        return byKey().limits();
    }

    @Override
    default Optional<PlatformGuide> guide() {
        return byKey().guide();
    }

    @Override
    default Check check(Destination destination) {
        return byKey().check(destination);
    }

    @Override
    default Preparation prepare(Destination destination) {
        return byKey().prepare(destination);
    }

    @Override
    default ConnectionTest test(PushTarget target, ReachRule rule) {
        return byKey().test(target, rule);
    }
}
