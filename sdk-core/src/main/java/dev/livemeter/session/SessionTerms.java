package dev.livemeter.session;

import dev.livemeter.identity.UserId;
import dev.livemeter.ingest.StreamKeyId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What is settled about a session when it opens, for good.
 *
 * @param payer whose wallet pays
 * @param payee who earns from it; null where the operator earns all
 * @param tariffVersion which published tariff it was, such as {@code relay#3}; empty where the tariff was given in code
 * @param streamKey with which key it was opened; null where there is none
 * @param destinations where it was to be passed on to
 */
public record SessionTerms(
        Lane lane,
        UserId payer,
        @Nullable Payee payee,
        String tariffVersion,
        @Nullable StreamKeyId streamKey,
        List<SessionDestination> destinations) {

    public SessionTerms {
        destinations = List.copyOf(destinations);
    }
}
