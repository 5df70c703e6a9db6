package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NginxConfTest {

    private static final String TOKEN = "t0t0t0t0t0t0t0t0t0t0t0t0t0";
    private static final String RUN = "r1r1r1r1r1r1r1r1r1r1r1r1r1";

    @Test
    void isWrittenLikeThis() {
        assertThat(conf(Path.of("/run/relay"), "0.0.0.0", "live", TOKEN).render())
                .isEqualTo("""
                        # Written by Livemeter at each start; changes are lost.
                        load_module "/usr/lib/nginx/modules/ngx_rtmp_module.so";
                        error_log stderr crit;
                        pid "/run/relay/nginx.pid";
                        daemon off;
                        worker_processes 1;
                        worker_rlimit_nofile 16384;
                        events { worker_connections 12288; }

                        rtmp {
                          access_log off;
                          netcall_timeout 3s;
                          notify_method post;
                          max_connections 2000;
                          timeout 15s;
                          chunk_size 4096;
                          push_reconnect 86400000ms;
                          server {
                            listen 0.0.0.0:1935;
                            application live {
                              live on;
                              drop_idle_publisher 15000ms;
                              notify_update_timeout 5000ms;
                              on_publish http://127.0.0.1:18901/t0t0t0t0t0t0t0t0t0t0t0t0t0/ingest/publish;
                              on_update http://127.0.0.1:18901/t0t0t0t0t0t0t0t0t0t0t0t0t0/ingest/update;
                              on_publish_done http://127.0.0.1:18901/t0t0t0t0t0t0t0t0t0t0t0t0t0/ingest/publish_done;
                              on_play http://127.0.0.1:18901/t0t0t0t0t0t0t0t0t0t0t0t0t0/ingest/play;
                              on_play_done http://127.0.0.1:18901/t0t0t0t0t0t0t0t0t0t0t0t0t0/ingest/play_done;
                              push rtmp://127.0.0.1:1936/anchor;
                            }
                          }
                          server {
                            listen 127.0.0.1:1936;
                            application anchor {
                              live on;
                              deny publish all;
                              deny play all;
                            }
                          }
                        }

                        http {
                          access_log off;
                          client_body_temp_path "/run/relay/temp-client_body";
                          proxy_temp_path "/run/relay/temp-proxy";
                          uwsgi_temp_path "/run/relay/temp-uwsgi";
                          scgi_temp_path "/run/relay/temp-scgi";
                          proxy_cache_path "/run/gate" keys_zone=gate:4m inactive=60s use_temp_path=off;
                          map $request_body $gate_client { "~(?:^|&)clientid=(?<gate_c>[0-9]{1,18})(?:&|$)" $gate_c; default ""; }
                          map $request_body $gate_call { "~^(?:(?!call=)[a-z]{1,16}=[^&]*&)*call=(?<gate_k>[a-z_]{1,32})(?:&|$)" $gate_k; default ""; }
                          map $gate_call $gate_whom { update_play all; default "$gate_call $gate_client"; }
                          map "" $gate_push { default /t0t0t0t0t0t0t0t0t0t0t0t0t0/pushes/update; }
                          upstream gate_application {
                            server 127.0.0.1:18900 max_fails=0;
                            keepalive 32;
                          }
                          server {
                            listen 127.0.0.1:18901;
                            client_max_body_size 16384;
                            client_body_buffer_size 17408;
                            client_body_in_single_buffer on;
                            keepalive_timeout 0;
                            proxy_connect_timeout 800ms;
                            proxy_read_timeout 2800ms;
                            proxy_redirect off;
                            proxy_http_version 1.1;
                            proxy_set_header Connection "";
                            proxy_cache_methods POST;
                            location = /t0t0t0t0t0t0t0t0t0t0t0t0t0/ingest/update {
                              proxy_pass http://gate_application;
                              proxy_cache gate;
                              proxy_cache_key "$gate_whom";
                              proxy_intercept_errors on;
                              error_page 461 = @go_on;
                              error_page 462 = @each;
                              recursive_error_pages on;
                            }
                            location @each {
                              proxy_pass http://gate_application$gate_push;
                              proxy_cache gate;
                              proxy_cache_key "update_play $gate_client";
                            }
                            location = /t0t0t0t0t0t0t0t0t0t0t0t0t0/ingest/play {
                              proxy_pass http://gate_application;
                              proxy_cache gate;
                              proxy_cache_key "update_play $gate_client";
                            }
                            location @go_on { return 204; }
                            location /t0t0t0t0t0t0t0t0t0t0t0t0t0/ { proxy_pass http://gate_application; }
                            location / { return 404; }
                          }
                          server {
                            listen 127.0.0.1:1937;
                            location = /t0t0t0t0t0t0t0t0t0t0t0t0t0/run { return 200 "r1r1r1r1r1r1r1r1r1r1r1r1r1"; }
                            location /t0t0t0t0t0t0t0t0t0t0t0t0t0/control/ { rtmp_control drop; }
                            location = /t0t0t0t0t0t0t0t0t0t0t0t0t0/stat { rtmp_stat global live; }
                            location / { return 404; }
                          }
                        }
                        """);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "live;", "li ve", "live{", "LIVE", "live\n", "$name", "a/b"})
    void anApplicationIsAPlainToken(String application) {
        assertThatIllegalArgumentException().isThrownBy(() -> conf(Path.of("/run"), "127.0.0.1", application, TOKEN));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "short",
                "t0t0t0t0t0t0t0t0t0t0t0t0t;",
                "t0t0t0t0t0t0t0t0t0t0t0t0t/",
                "t0t0t0t0t0t0t0t0t0t0t0t0T0"
            })
    void aTokenIsOfLettersAndDigits(String token) {
        assertThatIllegalArgumentException().isThrownBy(() -> conf(Path.of("/run"), "127.0.0.1", "live", token));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "localhost", "unix:/tmp/s", "127.0.0.1;", "1.2.3", "1.2.3.4.5", "::1%lo;", "*"})
    void listensOnAddressesOnly(String host) {
        assertThatIllegalArgumentException().isThrownBy(() -> conf(Path.of("/run"), host, "live", TOKEN));
    }

    @Test
    void pathsCannotLeaveTheirQuotes() {
        assertThat(NginxConf.quoted(Path.of("/a\"; exec_push x; #\\"))).isEqualTo("\"/a\\\"; exec_push x; #\\\\\"");
        assertThatIllegalArgumentException().isThrownBy(() -> NginxConf.quoted(Path.of("/a\nb")));
    }

    @Test
    @DisplayName("Acceptance 13: pushes statically only to loopback and runs no program")
    void pushesStaticallyOnlyToLoopbackAndRunsNoProgram() {
        var text = conf(Path.of("/run"), "::", "live", TOKEN).render();
        assertThat(text.lines().map(String::strip).filter(line -> line.startsWith("push ")))
                .isNotEmpty()
                .allMatch(line -> line.matches("push rtmp://127\\.0\\.0\\.1:1936/anchor;"));
        assertThat(text).doesNotContain("exec").doesNotContain("record").contains("listen [::]:1935;");
    }

    @Test
    void recordsOnlyWhatIsOrderedAndOnlyWhereRecordingsAreWanted() {
        var with = conf(Path.of("/run/relay"), "127.0.0.1", "live", TOKEN, Path.of("/run/relay/recordings"))
                .render();
        assertThat(with).contains("""
                      push rtmp://127.0.0.1:1936/anchor;
                      recorder livemeter {
                        record all manual;
                        record_path "/run/relay/recordings";
                        record_suffix .begun;
                        record_unique on;
                      }
                    }
                """);
        assertThat(with).contains("/control/ { rtmp_control drop record; }");
        assertThat(conf(Path.of("/run/relay"), "127.0.0.1", "live", TOKEN).render())
                .doesNotContain("record");
    }

    @Test
    void onARelayHostPathsAreRelativeAndProcessAndProofAreTheHosts() {
        var text = onHost(1);
        assertThat(text)
                .contains("\n  include livemeter-proof.conf;\n")
                .contains("error_log stderr crit;")
                .contains("proxy_cache_path \"gate\" ")
                .contains("proxy_temp_path \"temp-proxy\";")
                .contains("    server 127.0.0.1:18937 max_fails=0;\n")
                .contains("      error_page 462 502 504 = @each;\n")
                .doesNotContain("keepalive 32")
                .doesNotContainPattern("(?m)^(pid|daemon) ");
        assertThat(text.lines().filter(line -> line.contains("listen ") && !line.contains("127.0.0.1:")))
                .as("what is open to the network")
                .containsExactly("    listen 0.0.0.0:1935;");
    }

    @Test
    void severalNodesAreAskedOneAfterTheOtherAndReachEachOther() {
        assertThat(onHost(1)).doesNotContain("hash").doesNotContain("node1");
        assertThat(onHost(2))
                .contains("""
                          upstream gate_application {
                            hash $gate_subject;
                            server 127.0.0.1:18937 max_fails=0;
                            server 127.0.0.1:18938 max_fails=0;
                          }
                        """)
                .contains("    proxy_next_upstream error timeout non_idempotent;\n")
                .contains(
                        "ingest/publish {\n      proxy_pass http://gate_application;\n      proxy_next_upstream error timeout;\n")
                .contains("      error_page 463 = @ring;\n")
                .contains("    location @ring { proxy_pass http://gate_application$gate_ring; }\n")
                .contains("  map $gate_call $gate_whom { default \"$gate_call $gate_client\"; }\n")
                .contains("    location /" + TOKEN + "/node2/ {\n      proxy_pass http://127.0.0.1:18938/" + TOKEN
                        + "/node/;\n")
                .as("each knows its own pushes only")
                .doesNotContain("@each");
    }

    private static String onHost(int nodes) {
        return new NginxConf(
                        new NginxInstallation(
                                Path.of("/usr/sbin/nginx"),
                                Path.of("/usr/lib/nginx/modules/ngx_rtmp_module.so"),
                                null,
                                ""),
                        Path.of(""),
                        NginxConf.Ground.HOST,
                        "0.0.0.0",
                        new NginxConf.Ports(1935, 18940, 18935, 18937),
                        "live",
                        Pace.of(Duration.ofSeconds(5)),
                        TOKEN,
                        RUN,
                        null,
                        new Gate(new Gate.Place(18941, Path.of("gate")), Duration.ofSeconds(30), nodes),
                        null)
                .render();
    }

    private static NginxConf conf(Path directory, String host, String application, String token) {
        return conf(directory, host, application, token, null);
    }

    private static NginxConf conf(
            Path directory, String host, String application, String token, @Nullable Path recordings) {
        return new NginxConf(
                new NginxInstallation(
                        Path.of("/usr/sbin/nginx"),
                        Path.of("/usr/lib/nginx/modules/ngx_rtmp_module.so"),
                        null,
                        "configure arguments: --without-http_fastcgi_module"),
                directory,
                NginxConf.Ground.OWN,
                host,
                new NginxConf.Ports(1935, 1936, 1937, 18900),
                application,
                Pace.of(Duration.ofSeconds(5)),
                token,
                RUN,
                null,
                new Gate(new Gate.Place(18901, Path.of("/run/gate")), Duration.ZERO),
                recordings);
    }
}
