package dev.livemeter;

import dev.livemeter.chat.ChatPolicy;
import dev.livemeter.chat.ChatRate;
import dev.livemeter.config.ComponentConfig;
import dev.livemeter.config.ConfigurationException;
import dev.livemeter.turn.IcePolicy;
import dev.livemeter.turn.TurnSecret;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** Reads {@code livemeter.chat.*} and {@code livemeter.turn.*}. */
final class TalkSettings {

    private static final Pattern RATE = Pattern.compile("([0-9]{1,5})/([0-9]{1,4})s");

    private TalkSettings() {}

    static ChatPolicy chat(Map<String, String> properties, List<String> faults) {
        var config = ComponentConfig.below("livemeter.chat", properties);
        var defaults = ChatPolicy.defaults();
        var person = rate(config, "person-rate", defaults.personRate());
        var channel = rate(config, "channel-rate", defaults.channelRate());
        var rules = ChatPolicy.builder()
                .kept(config.integer("kept", 1, 1000).orElse(defaults.kept()))
                .longestText(config.integer("longest-text", 1, 5000).orElse(defaults.longestText()))
                .personRate(person.messages(), person.within())
                .channelRate(channel.messages(), channel.within())
                .guests(config.choice("guests", ChatPolicy.Guests.class).orElse(defaults.guests()))
                .passesFor(config.duration("guest-passes-for").orElse(defaults.passesFor()))
                .retention(config.duration("retention").orElse(defaults.retention()))
                .lookEvery(config.duration("look-every").orElse(defaults.lookEvery()))
                .mostReaders(config.integer("most-readers", 1, 1_000_000).orElse(defaults.mostReaders()));
        noteFaults(config, faults);
        try {
            return rules.build();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return defaults;
        }
    }

    private static ChatRate rate(ComponentConfig config, String key, ChatRate absent) {
        return config.parsed(key, "messages and seconds such as 5/5s", text -> {
                    var form = RATE.matcher(text);
                    if (!form.matches()) {
                        throw new IllegalArgumentException();
                    }
                    return new ChatRate(
                            Integer.parseInt(form.group(1)), Duration.ofSeconds(Long.parseLong(form.group(2))));
                })
                .orElse(absent);
    }

    static IcePolicy ice(Map<String, String> properties, List<String> faults) {
        var config = ComponentConfig.below("livemeter.turn", properties);
        var stun = config.text("stun-urls");
        var turn = config.text("urls");
        var secret = config.secret("secret");
        var file = config.path("secret-file");
        var validFor = config.duration("valid-for");
        var rules = IcePolicy.builder();
        if (stun.isPresent()) {
            rules.stun(list(stun.get()));
        }
        if (secret.isPresent() && file.isPresent()) {
            config.fault("The settings livemeter.turn.secret and livemeter.turn.secret-file are both given; give one.");
        }
        if (turn.isPresent() && secret.isPresent()) {
            rules.turn(secret.get(), list(turn.get()));
        } else if (turn.isPresent() && file.isPresent()) {
            rules.turn(TurnSecret.inFile(file.get()), list(turn.get()));
        } else if (turn.isPresent()) {
            config.fault(
                    "The setting livemeter.turn.urls is given without a secret; give livemeter.turn.secret or livemeter.turn.secret-file.");
        }
        if (validFor.isPresent()) {
            rules.validFor(validFor.get());
        }
        noteFaults(config, faults);
        try {
            return rules.build();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
            return IcePolicy.none();
        }
    }

    private static String[] list(String urls) {
        return Arrays.stream(urls.split(",", -1)).map(String::strip).toArray(String[]::new);
    }

    private static void noteFaults(ComponentConfig config, List<String> faults) {
        try {
            config.check();
        } catch (ConfigurationException e) {
            faults.addAll(e.faults());
        }
    }
}
