package dev.livemeter.jdbc.crash;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Keeps the meter's warnings out of the log while a test makes hundreds of them on purpose. */
final class Quiet implements BeforeAllCallback, AfterAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        logger().setLevel(Level.ERROR);
    }

    @Override
    public void afterAll(ExtensionContext context) {
        logger().setLevel(null);
    }

    private static Logger logger() {
        return (Logger) LoggerFactory.getLogger("dev.livemeter.session");
    }
}
