package dev.livemeter.jdbc;

import dev.livemeter.config.ComponentConfig;
import dev.livemeter.secret.Secret;
import dev.livemeter.spi.ComponentProvider;
import dev.livemeter.spi.Wallet;

/** Makes a {@link JdbcWallet} from the settings {@code url}, {@code user} and {@code password}; the last two may be left out. */
public final class JdbcWalletProvider implements ComponentProvider<Wallet> {

    /** For {@link java.util.ServiceLoader}. */
    public JdbcWalletProvider() {}

    @Override
    public Class<Wallet> type() {
        return Wallet.class;
    }

    @Override
    public String name() {
        return "jdbc";
    }

    @Override
    public Wallet create(ComponentConfig config) {
        var url = config.text("url").required();
        var user = config.text("user");
        var password = config.secret("password");
        if (password.isPresent() && !user.isPresent()) {
            config.fault("There is a password and no user; give both or neither.");
        }
        config.check();
        return user.isPresent()
                ? JdbcWallet.open(url.get(), user.get(), password.orElse(Secret.of("")))
                : JdbcWallet.open(url.get());
    }
}
