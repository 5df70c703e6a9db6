package dev.livemeter.tools;

import dev.livemeter.secret.Secret;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** The dialog in a terminal. What is secret is not echoed where there is a terminal to tell so. */
final class CheckConsole implements CheckDialog {

    private final BufferedReader in;
    private final PrintStream out;
    private final Supplier<char @Nullable []> hidden;

    /**
     * @param hidden reads a line without showing it; gives null where there is no terminal
     */
    CheckConsole(BufferedReader in, PrintStream out, Supplier<char @Nullable []> hidden) {
        this.in = in;
        this.out = out;
        this.hidden = hidden;
    }

    @Override
    public void say(String line) {
        out.println(line);
        out.flush();
    }

    @Override
    public boolean allows(String question) {
        say(question + " Type yes to go on:");
        return line().equals("yes");
    }

    @Override
    public Secret secret(String question) {
        say(question);
        var typed = hidden.get();
        return Secret.of(typed == null ? line() : new String(typed).strip());
    }

    private String line() {
        try {
            var line = in.readLine();
            return line == null ? "" : line.strip();
        } catch (IOException e) {
            return "";
        }
    }
}
