package dev.livemeter.docs;

import static com.tngtech.archunit.base.DescribedPredicate.alwaysTrue;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.fields;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaModifier;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import dev.livemeter.LivemeterException;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;

/** The arrows of {@code docs/architecture.md}. */
@TestInstance(Lifecycle.PER_CLASS) // the house is read once
@Tag("once") // sources are the same for every JVM
class ArchitectureTest {

    private static final String[] CORE = {
        "dev.livemeter",
        "dev.livemeter.account..",
        "dev.livemeter.broadcast..",
        "dev.livemeter.call..",
        "dev.livemeter.chat..",
        "dev.livemeter.config..",
        "dev.livemeter.destination..",
        "dev.livemeter.event..",
        "dev.livemeter.fleet..",
        "dev.livemeter.identity..",
        "dev.livemeter.ingest..",
        "dev.livemeter.metrics..",
        "dev.livemeter.moderation..",
        "dev.livemeter.money..",
        "dev.livemeter.node..",
        "dev.livemeter.peer..",
        "dev.livemeter.recording..",
        "dev.livemeter.room..",
        "dev.livemeter.secret..",
        "dev.livemeter.session..",
        "dev.livemeter.spi..",
        "dev.livemeter.tariff..",
        "dev.livemeter.thumbnail..",
        "dev.livemeter.time..",
        "dev.livemeter.turn..",
        "dev.livemeter.wallet..",
        "dev.livemeter.web..",
    };

    private final JavaClasses house = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("dev.livemeter");

    @Test
    void theWholeHouseIsLookedAt() {
        for (var room : new String[] {
            "billing",
            "jdbc",
            "rtmp",
            "relay",
            "signaling",
            "micrometer",
            "http",
            "platforms",
            "standin",
            "testing",
            "studio",
            "quickstart",
            "tools"
        }) {
            assertThat(house.that(resideInAPackage("dev.livemeter." + room + "..")))
                    .as(room)
                    .isNotEmpty();
        }
    }

    @Test
    void theCoreNeedsTheJdkAndSlf4jAlone() {
        classes()
                .that(resideInAnyPackage(CORE))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage(CORE)
                        .or(resideInAnyPackage("java..", "javax.crypto..", "org.slf4j..", "org.jspecify..")))
                .check(house);
    }

    @Test
    void theCoreOpensNoSocketAndNoDatabase() {
        noClasses()
                .that(resideInAnyPackage(CORE))
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.sql..", "javax.sql..", "java.net.http..", "com.sun..")
                        .or(assignableTo(java.net.Socket.class))
                        .or(assignableTo(java.net.ServerSocket.class)))
                .check(house);
    }

    @Test
    void standInsSeeNothingOfTheHouse() {
        // Who plays a platform should know what the platform says, and not what we make of it.
        var own = resideInAnyPackage("dev.livemeter.standin..");
        classes()
                .that(own)
                .should()
                .onlyDependOnClassesThat(own.or(resideInAnyPackage(
                        "java..", "javax..", "com.sun.net.httpserver..", "jakarta.json..", "org.jspecify..")))
                .check(house);
    }

    @Test
    void adaptersSeeTheCoreAndNotEachOther() {
        room("billing");
        room("jdbc", "billing");
        room("rtmp");
        room("relay", "rtmp");
        room("platforms", "rtmp");
        room("signaling");
        room("micrometer");
        room("http", "billing", "signaling");
        room("testing", "billing");
        room("tools", "billing", "jdbc", "relay", "platforms", "signaling", "http");
    }

    private void room(String name, String... mayAlsoSee) {
        var rooms = new String[] {
            "billing",
            "jdbc",
            "rtmp",
            "relay",
            "signaling",
            "micrometer",
            "platforms",
            "standin",
            "http",
            "testing",
            "studio",
            "quickstart",
            "tools"
        };
        for (var other : rooms) {
            if (!other.equals(name) && !java.util.List.of(mayAlsoSee).contains(other)) {
                noClasses()
                        .that()
                        .resideInAPackage("dev.livemeter." + name + "..")
                        .should()
                        .dependOnClassesThat()
                        .resideInAPackage("dev.livemeter." + other + "..")
                        .check(house);
            }
        }
    }

    @Test
    void eachTechnologyHasOneRoom() {
        only("dev.livemeter.jdbc..", "org.jdbi..", "com.zaxxer..", "org.flywaydb..", "java.sql..", "javax.sql..");
        only("dev.livemeter.http..", "org.eclipse.jetty..", "jakarta.servlet..");
        only("dev.livemeter.signaling.redis..", "io.lettuce..", "io.netty..");
        only("dev.livemeter.relay.nginx.deploy..", "net.schmizz..", "com.hierynomus..", "com.github.difflib..");
    }

    @Test
    void theProtocolNeedsTheJdkAlone() {
        classes()
                .that()
                .resideInAPackage("dev.livemeter.rtmp..")
                .should()
                .onlyDependOnClassesThat()
                .resideInAnyPackage("dev.livemeter.rtmp..", "java..", "org.jspecify..")
                .check(house);
    }

    private void only(String room, String... technology) {
        noClasses()
                .that()
                .resideOutsideOfPackage(room)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(technology)
                .check(house);
    }

    @Test
    void signalingAndItsBusDoNotSeeEachOther() {
        noClasses()
                .that()
                .resideInAPackage("dev.livemeter.signaling")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.livemeter.signaling.redis..")
                .check(house);
        noClasses()
                .that()
                .resideInAPackage("dev.livemeter.signaling.redis..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("dev.livemeter.signaling")
                .check(house);
    }

    @Test
    void signalingOpensNoSocket() {
        noClasses()
                .that()
                .resideInAPackage("dev.livemeter.signaling..")
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.net.http..", "com.sun..", "java.nio.channels..")
                        .or(assignableTo(java.net.Socket.class))
                        .or(assignableTo(java.net.ServerSocket.class)))
                .check(house);
    }

    @Test
    void packagesOfTheCoreHaveNoCycleBesidesTheVocabularyOfTheSpis() {
        // The SPIs speak in the words of the domain, and the domain calls the SPIs: these two are one layer.
        slices().matching("dev.livemeter.(money|time|identity|web|config)..")
                .should()
                .beFreeOfCycles()
                .ignoreDependency(alwaysTrue(), assignableTo(LivemeterException.class))
                .check(house);
    }

    @Test
    void moneyIsNeverFloating() {
        fields().that()
                .areDeclaredInClassesThat()
                .resideInAnyPackage(
                        "dev.livemeter.money..",
                        "dev.livemeter.node..",
                        "dev.livemeter.wallet..",
                        "dev.livemeter.session..",
                        "dev.livemeter.billing..")
                .should()
                .notHaveRawType(double.class)
                .andShould()
                .notHaveRawType(float.class)
                .check(house);
    }

    @Test
    void nothingIsKeptInStatics() {
        fields().that()
                .areStatic()
                .and()
                .areDeclaredInClassesThat()
                .resideInAPackage("dev.livemeter..")
                .should()
                .haveModifier(JavaModifier.FINAL)
                .check(house);
    }

    @Test
    void thereIsNoDrawerForEverything() {
        noClasses()
                .should()
                .resideInAnyPackage("..util..", "..utils..", "..helper..")
                .check(house);
    }
}
