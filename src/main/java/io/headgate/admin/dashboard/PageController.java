package io.headgate.admin.dashboard;

import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import reactor.core.publisher.Mono;

/** The page, and the files that it loads. */
@Controller
final class PageController {

    /**
     * Nothing from elsewhere, no script or style within the page, in nobody's frame, and no text that becomes
     * markup.
     */
    private static final String POLICY = "default-src 'none'; script-src 'self'; style-src 'self';"
            + " img-src 'self'; connect-src 'self'; form-action 'none'; base-uri 'none';"
            + " frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";
    /** If there are no more members, all are shown. */
    private static final int FEW_MEMBERS = 60;
    private static final MediaType HTML = new MediaType("text", "html", StandardCharsets.UTF_8);

    private final Board board;
    private final PoolsPanel pools;
    private final Page page;
    private final Assets assets;

    PageController(Board board, PoolsPanel pools, Page page, Assets assets) {
        this.board = board;
        this.pools = pools;
        this.page = page;
        this.assets = assets;
    }

    /**
     * The page as it is now.
     *
     * @param names the pools that are shown with their members
     */
    @GetMapping({"/", "/dashboard"})
    Mono<ResponseEntity<byte[]>> page(
            @RequestParam(name = "open", required = false) @Nullable List<String> names) {
        Set<String> open = names == null ? openByDefault() : OpenPools.of(names);
        return board.with(open, () -> page.render(board, open))
                .map(html -> secured().contentType(HTML).cacheControl(CacheControl.noStore()).body(html));
    }

    private Set<String> openByDefault() {
        Set<String> all = new HashSet<>();
        if (pools.all().mapToInt(pool -> pool.members().size()).sum() <= FEW_MEMBERS) {
            pools.all().forEach(pool -> all.add(pool.name()));
        }
        return all;
    }

    @GetMapping("/dashboard/{name}")
    ResponseEntity<byte[]> asset(@PathVariable String name) {
        Assets.Asset asset = assets.find(name);
        return asset == null
                ? ResponseEntity.notFound().build()
                : secured().contentType(asset.type()).eTag(asset.tag()).cacheControl(CacheControl.noCache())
                        .body(asset.content());
    }

    private static ResponseEntity.BodyBuilder secured() {
        return ResponseEntity.ok().header("Content-Security-Policy", POLICY)
                .header("X-Content-Type-Options", "nosniff").header("Referrer-Policy", "no-referrer")
                .header("Cross-Origin-Opener-Policy", "same-origin")
                .header("Cross-Origin-Resource-Policy", "same-origin");
    }
}
