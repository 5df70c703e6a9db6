package dev.livemeter.standin.facebook;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Somebody with a Facebook account. Its server's lock guards it. */
public final class Person {

    private final String id;
    private final String name;
    private final List<Page> pages = new ArrayList<>();

    Person(String id, String name) {
        this.id = id;
        this.name = name;
    }

    public String id() {
        return id;
    }

    public String name() {
        return name;
    }

    /** A page that the person may manage, with all tasks. */
    public Page page(String pageId, String pageName) {
        return page(
                pageId, pageName, Set.of("MANAGE", "CREATE_CONTENT", "MODERATE", "MESSAGING", "ADVERTISE", "ANALYZE"));
    }

    public Page page(String pageId, String pageName, Set<String> tasks) {
        var page = new Page(pageId, pageName, Set.copyOf(tasks));
        pages.add(page);
        return page;
    }

    List<Page> pages() {
        return pages;
    }

    /** A page. */
    public record Page(String id, String name, Set<String> tasks) {}
}
