package dev.livemeter.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.livemeter.LivemeterException;
import dev.livemeter.recording.FolderVault;
import dev.livemeter.recording.RecordingId;
import dev.livemeter.spi.MediaVault;
import dev.livemeter.testing.contract.MediaVaultContract;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderVaultTest extends MediaVaultContract {

    @TempDir
    private Path folder;

    @Override
    protected MediaVault create() {
        return FolderVault.in(folder.resolve("vault"));
    }

    @Test
    void nobodyElseCanLookInside() throws IOException {
        var vault = FolderVault.in(folder.resolve("private"));
        vault.put(new RecordingId("rec-0001"), out -> out.write(1));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("private"))))
                .isEqualTo("rwx------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(folder.resolve("private/rec-0001.sealed"))))
                .isEqualTo("rw-------");
    }

    @Test
    void whatACrashLeftUnfinishedIsNoRecordingAndGoesWithIt() throws IOException {
        var vault = FolderVault.in(folder.resolve("crashed"));
        var id = new RecordingId("rec-0001");
        Files.writeString(folder.resolve("crashed/rec-0001.part"), "half");
        assertThat(vault.open(id)).isEmpty();
        vault.put(id, out -> out.write(1));
        Files.writeString(folder.resolve("crashed/rec-0001.part"), "half");
        vault.delete(id);
        assertThat(folder.resolve("crashed")).isEmptyDirectory();
    }

    @Test
    void aFolderThatCannotBeOneIsRefused() throws IOException {
        var file = Files.writeString(folder.resolve("file"), "");
        assertThatThrownBy(() -> FolderVault.in(file.resolve("vault")))
                .isInstanceOf(LivemeterException.class)
                .hasMessageStartingWith("The folder " + file + "/vault for recordings cannot be made, made private,"
                        + " or written to: ")
                .hasMessageEndingWith(". Give one that this user may write to.");
    }
}
