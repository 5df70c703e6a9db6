package dev.livemeter.jdbc.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of a server, and who runs them: servers refuse to be run by root.
 *
 * @param packageName what to install where they are missing
 * @param folders where they may be
 * @param account whom the package makes for them
 */
record Installation(String packageName, List<Path> folders, String account) {

    Path program(String name) {
        return folders.stream()
                .map(folder -> folder.resolve(name))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(() -> new IllegalStateException("The program " + name + " is in none of " + folders
                        + ". Install it with: apt-get install --no-install-recommends " + packageName));
    }

    /** The command as that account runs it. */
    List<String> command(String name, List<String> arguments) {
        var command = new ArrayList<String>();
        if (isRoot()) {
            var user = user();
            command.addAll(List.of(
                    "setpriv",
                    "--reuid=" + user,
                    "--regid=" + (user.equals("nobody") ? "nogroup" : user),
                    "--init-groups"));
        }
        command.add(program(name).toString());
        command.addAll(arguments);
        return command;
    }

    /** A new folder that the account can write, and nobody else. */
    Path newFolder() {
        try {
            var folder = Files.createTempDirectory("livemeter-" + account + "-");
            give(folder);
            return folder;
        } catch (IOException e) {
            throw new IllegalStateException("A folder for a server cannot be made: " + e.getMessage(), e);
        }
    }

    void give(Path path) throws IOException {
        if (isRoot()) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(user()));
        }
    }

    private String user() {
        try {
            Path.of("/").getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName(account);
            return account;
        } catch (IOException e) {
            return "nobody";
        }
    }

    private static boolean isRoot() {
        return System.getProperty("user.name").equals("root");
    }

    /** The newest of the folders that are named after versions. */
    static Optional<Path> newest(Path parent) {
        if (!Files.isDirectory(parent)) {
            return Optional.empty();
        }
        try (Stream<Path> versions = Files.list(parent)) {
            return versions.filter(version -> version.getFileName().toString().matches("[0-9]+"))
                    .max((one, other) -> Integer.compare(number(one), number(other)));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static int number(Path version) {
        return Integer.parseInt(version.getFileName().toString());
    }
}
