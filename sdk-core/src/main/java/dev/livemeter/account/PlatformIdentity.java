package dev.livemeter.account;

/**
 * Who somebody is on a platform.
 *
 * @param id the platform's own, such as a channel id; 1 to 200 characters; it stays when the person takes another name
 * @param name what people see there; cut to 200 characters
 */
public record PlatformIdentity(String id, String name) {

    private static final int LONGEST = 200;

    public PlatformIdentity {
        if (id.isBlank() || id.length() > LONGEST || id.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException("A platform's id of a person has " + id.length()
                    + " characters; expected 1 to " + LONGEST + " without control characters.");
        }
        if (name.codePointCount(0, name.length()) > LONGEST) {
            name = name.substring(0, name.offsetByCodePoints(0, LONGEST));
        }
    }
}
