package dev.livemeter.wallet;

/** Which answer to one id this is. */
public enum Answer {
    /** The request was carried out. */
    FIRST,
    /** It had been carried out before; the first answer is told again. */
    REPEATED
}
