package dev.livemeter.tools;

import dev.livemeter.secret.Secret;

/** Speaks with the person who checks a platform. */
interface CheckDialog {

    /** Tells something. */
    void say(String line);

    /** Asks for leave to do what others may see; only a whole {@code yes} gives it. */
    boolean allows(String question);

    /** Asks for something that is not shown, such as a stream key; empty where there is none. */
    Secret secret(String question);
}
