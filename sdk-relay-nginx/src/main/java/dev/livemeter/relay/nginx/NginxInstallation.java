package dev.livemeter.relay.nginx;

import dev.livemeter.LivemeterException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The nginx of this machine.
 *
 * @param module the RTMP module to load; null where it is compiled in
 * @param stream the stream module; null where there is none, and TLS cannot be spoken
 * @param arguments that nginx was configured with when it was built
 */
record NginxInstallation(
        Path binary, @Nullable Path module, @Nullable StreamModule stream, String arguments) {

    /**
     * The stream module, with TLS.
     *
     * @param file to load; null where it is compiled in
     */
    record StreamModule(@Nullable Path file) {}

    private static final String MODULE = "ngx_rtmp_module.so";
    private static final List<String> BINARY_FOLDERS = List.of(
            "/usr/sbin", "/usr/local/sbin", "/usr/bin", "/usr/local/bin", "/usr/local/nginx/sbin", "/opt/homebrew/bin");
    private static final List<String> MODULE_FOLDERS = List.of(
            "/usr/lib/nginx/modules",
            "/usr/lib64/nginx/modules",
            "/usr/share/nginx/modules",
            "/usr/local/nginx/modules",
            "/etc/nginx/modules");
    private static final String STREAM_MODULE = "ngx_stream_module.so";
    private static final Pattern STREAM_COMPILED_IN = Pattern.compile("--with-stream(\\s|$)");
    private static final Pattern COMPILED_IN = Pattern.compile("--add-module=\\S*rtmp");
    private static final Pattern MODULES_PATH = Pattern.compile("--modules-path=(\\S+)");

    /**
     * Looks for what was not given.
     *
     * @throws LivemeterException {@code relay.nginx_missing}, {@code relay.module_missing}
     */
    static NginxInstallation find(@Nullable Path binary, @Nullable Path module) {
        var nginx = binary != null ? requireExecutable(binary) : findBinary();
        var arguments = buildArguments(nginx);
        return new NginxInstallation(
                nginx,
                module != null ? requireModule(module) : findModule(arguments),
                findStreamModule(arguments),
                arguments);
    }

    private static @Nullable StreamModule findStreamModule(String arguments) {
        if (!arguments.contains("--with-stream_ssl_module")) {
            return null;
        }
        if (STREAM_COMPILED_IN.matcher(arguments).find()) {
            return new StreamModule(null);
        }
        return moduleFolders(arguments).stream()
                .map(folder -> Path.of(folder, STREAM_MODULE))
                .filter(Files::isRegularFile)
                .findFirst()
                .map(StreamModule::new)
                .orElse(null);
    }

    private static List<String> moduleFolders(String arguments) {
        var folders = new ArrayList<String>();
        var own = MODULES_PATH.matcher(arguments);
        if (own.find()) {
            folders.add(own.group(1));
        }
        folders.addAll(MODULE_FOLDERS);
        return folders;
    }

    /** Whether a standard HTTP module was left out of the build; its directives are unknown then. */
    boolean lacks(String httpModule) {
        return arguments.contains("--without-" + httpModule);
    }

    private static Path requireExecutable(Path binary) {
        if (!Files.isExecutable(binary)) {
            throw new LivemeterException(
                    "relay.nginx_missing",
                    "The nginx binary " + binary
                            + " is missing or cannot be run. Correct the setting, or leave it out to use the nginx of the PATH.");
        }
        return binary.toAbsolutePath();
    }

    private static Path findBinary() {
        var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
        return Stream.concat(Stream.of(path.split(":")), BINARY_FOLDERS.stream())
                .filter(folder -> !folder.isBlank())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .map(Path::toAbsolutePath)
                .orElseThrow(() -> new LivemeterException(
                        "relay.nginx_missing",
                        "nginx was not found on the PATH or in " + String.join(", ", BINARY_FOLDERS)
                                + ". Install it with its RTMP module: apt install nginx libnginx-mod-rtmp"));
    }

    private static Path requireModule(Path module) {
        if (!Files.isRegularFile(module)) {
            throw new LivemeterException(
                    "relay.module_missing",
                    "The RTMP module " + module
                            + " is missing. Correct the setting, or leave it out to have the module looked for.");
        }
        return module.toAbsolutePath();
    }

    private static @Nullable Path findModule(String arguments) {
        if (COMPILED_IN.matcher(arguments).find()) {
            return null;
        }
        var folders = moduleFolders(arguments);
        return folders.stream()
                .map(folder -> Path.of(folder, MODULE))
                .filter(Files::isRegularFile)
                .findFirst()
                .orElseThrow(() -> new LivemeterException(
                        "relay.module_missing",
                        "nginx has no RTMP module: " + MODULE + " was not found in " + String.join(", ", folders)
                                + ". Install it: apt install libnginx-mod-rtmp"));
    }

    private static String buildArguments(Path nginx) {
        try {
            var process = new ProcessBuilder(nginx.toString(), "-V")
                    .redirectErrorStream(true)
                    .start();
            process.getOutputStream().close();
            var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            process.waitFor();
            return output;
        } catch (IOException e) {
            throw new LivemeterException(
                    "relay.nginx_missing",
                    "The nginx binary " + nginx + " cannot be run: " + e.getMessage() + ".",
                    false,
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LivemeterException("relay.interrupted", "The start of the relay was interrupted.", true, e);
        }
    }
}
