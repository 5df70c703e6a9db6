package dev.livemeter.account;

import java.util.regex.Pattern;

/** Our name for a {@link PlatformAccount}: 1 to 64 of {@code A-Z a-z 0-9 _ -}. */
public record AccountId(String value) {

    private static final Pattern FORM = Pattern.compile("[A-Za-z0-9_-]{1,64}");

    public AccountId {
        if (!FORM.matcher(value).matches()) {
            throw new IllegalArgumentException("An account id is 1 to 64 letters, digits, '_' or '-'.");
        }
    }

    @Override
    public String toString() {
        return value;
    }
}
