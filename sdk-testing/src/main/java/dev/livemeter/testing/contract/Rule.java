package dev.livemeter.testing.contract;

import java.lang.annotation.Documented;
import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/** Ties a test to the rules of {@code docs/contracts} that it proves. A rule without a test fails the build. */
@Documented
@Target(ElementType.METHOD)
@Retention(RetentionPolicy.RUNTIME)
public @interface Rule {

    /** Numbers such as {@code WAL-03}. */
    String[] value();
}
