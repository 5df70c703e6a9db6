package dev.livemeter.http;

import dev.livemeter.identity.UserId;
import java.util.Set;

/**
 * Who makes a request, as the host application knows them.
 *
 * @param roles what they may do; without any they may look at their own things, and change none
 */
public record Caller(UserId user, Set<Role> roles) {

    /** What somebody may do. */
    public enum Role {
        /** Calls broadcasters, comes into rooms, tips: spends their own money, and changes nothing else. */
        VIEWER,
        /** Streams: keeps keys and destinations, stops own sessions. */
        BROADCASTER,
        /** Does all of that for everybody. */
        ADMINISTRATOR
    }

    public Caller {
        roles = Set.copyOf(roles);
    }

    /** Somebody who streams. */
    public static Caller broadcaster(String user) {
        return new Caller(UserId.of(user), Set.of(Role.BROADCASTER));
    }

    /** Somebody who looks after everybody. */
    public static Caller administrator(String user) {
        return new Caller(UserId.of(user), Set.of(Role.ADMINISTRATOR));
    }

    /** Somebody who watches and calls. */
    public static Caller viewer(String user) {
        return new Caller(UserId.of(user), Set.of(Role.VIEWER));
    }

    boolean isAdministrator() {
        return roles.contains(Role.ADMINISTRATOR);
    }

    boolean mayChange() {
        return isAdministrator() || roles.contains(Role.BROADCASTER);
    }

    boolean maySpend() {
        return mayChange() || roles.contains(Role.VIEWER);
    }
}
