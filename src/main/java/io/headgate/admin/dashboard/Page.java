package io.headgate.admin.dashboard;

import com.samskivert.mustache.Mustache;
import com.samskivert.mustache.Template;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.core.io.ClassPathResource;

/**
 * Renders the page. What the template inserts is escaped: names come from discovery, reasons from operators
 * and members.
 */
final class Page {

    private final Template template;
    private final Map<String, Object> fixed;

    /**
     * Reads the template.
     *
     * @param fixed what is the same on every page
     */
    Page(Map<String, Object> fixed) {
        this.fixed = Map.copyOf(fixed);
        try (Reader page = read("page")) {
            this.template = Mustache.compiler().defaultValue("").emptyStringIsFalse(true)
                    .withLoader(Page::read).compile(page);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Reader read(String name) {
        try {
            return new InputStreamReader(
                    new ClassPathResource(name + ".mustache", Page.class).getInputStream(),
                    StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** On the dashboard's thread. */
    byte[] render(Board board, Set<String> open) {
        Map<String, Object> model = new HashMap<>(fixed);
        board.tables().forEach((name, table) -> model.put(name, table.all()));
        List<Map<String, Object>> pools = board.pools().all();
        for (Map<String, Object> pool : pools) {
            String name = String.valueOf(pool.get("id"));
            Table members = open.contains(name) ? board.members(name) : null;
            pool.put("expanded", members != null);
            pool.put("members", members == null ? List.of() : members.all());
        }
        model.put("pools", pools);
        model.put("version", board.name(board.version()));
        model.put("blank", Map.of("id", ""));
        return template.execute(model).getBytes(StandardCharsets.UTF_8);
    }
}
