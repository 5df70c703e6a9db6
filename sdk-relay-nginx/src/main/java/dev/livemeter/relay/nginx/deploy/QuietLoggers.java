package dev.livemeter.relay.nginx.deploy;

import net.schmizz.sshj.common.LoggerFactory;
import org.slf4j.Logger;
import org.slf4j.helpers.NOPLogger;

/** sshj logs each broken connection as an error, with a stack; here it becomes a sentence, and the stack is for those who ask for it. */
record QuietLoggers() implements LoggerFactory {

    @Override
    public Logger getLogger(String name) {
        var asked = org.slf4j.LoggerFactory.getLogger(RelayDeployment.class).isDebugEnabled();
        return asked ? org.slf4j.LoggerFactory.getLogger(name) : NOPLogger.NOP_LOGGER;
    }

    @Override
    public Logger getLogger(Class<?> type) {
        return getLogger(type.getName());
    }
}
