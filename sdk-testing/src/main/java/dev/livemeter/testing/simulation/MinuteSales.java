package dev.livemeter.testing.simulation;

import dev.livemeter.billing.BundleGrant;
import dev.livemeter.billing.BundleId;
import dev.livemeter.billing.BundlePurchase;
import dev.livemeter.identity.UserId;
import dev.livemeter.wallet.TransferId;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Plays those steps of a script that sell, grant and give back minutes. */
final class MinuteSales {

    /** Asks once or twice, by a number of the step, and may be asked again later. */
    interface Asking {
        void ask(Runnable request, int fate);
    }

    private final World world;
    private final Asking asking;

    MinuteSales(World world, Asking asking) {
        this.world = world;
        this.asking = asking;
    }

    void play(Step step) {
        switch (step.act()) {
            case BUY -> buy(world.payer(step.a()), step.b(), step.c(), step.d());
            case GRANT -> grant(world.payer(step.a()), step.b(), step.c(), step.d());
            case MINUTES_BACK -> giveBack(step.a());
            default -> throw new IllegalStateException("The step " + step + " is not about minutes.");
        }
    }

    private void buy(UserId payer, int seconds, int cents, int validFor) {
        var purchase =
                new BundlePurchase(newBundle(), payer, length(seconds), Director.money(cents), valid(validFor), "");
        asking.ask(
                () -> world.bundles().bought(purchase, world.billing().bundles().buy(purchase)), cents);
    }

    private void grant(UserId payer, int seconds, int in, int validFor) {
        var from = world.time().instant().plusSeconds(Math.max(0, in));
        var lasts = valid(validFor);
        var grant =
                new BundleGrant(newBundle(), payer, length(seconds), from, lasts == null ? null : from.plus(lasts), "");
        asking.ask(
                () -> world.bundles().granted(grant, world.billing().bundles().grant(grant)), seconds);
    }

    private void giveBack(int back) {
        var bundle = world.bundles().bundle(back);
        if (bundle == null) {
            return;
        }
        var id = new TransferId("minutes/" + world.nextId());
        asking.ask(
                () -> world.bundles()
                        .refunded(id, bundle, "", world.billing().bundles().refund(id, bundle, "")),
                back);
    }

    private BundleId newBundle() {
        return new BundleId(world.nextId());
    }

    private static Duration length(int seconds) {
        return Duration.ofSeconds(Math.max(1, seconds));
    }

    private static @Nullable Duration valid(int seconds) {
        return seconds <= 0 ? null : Duration.ofSeconds(seconds);
    }
}
