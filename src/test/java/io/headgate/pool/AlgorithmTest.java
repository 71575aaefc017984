package io.headgate.pool;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;

/** How the configuration names algorithms. */
class AlgorithmTest {

    @Test
    void everyAlgorithmHasItsName() {
        List<Algorithm> all = Algorithm.names().stream().map(name -> Algorithm.named(name).orElseThrow())
                .toList();
        assertThat(all).extracting(Algorithm::name).isEqualTo(Algorithm.names());
        assertThat(all).<Class<?>>extracting(Object::getClass)
                .containsExactlyInAnyOrder(Algorithm.class.getPermittedSubclasses());
        assertThat(Algorithm.named("none-such")).isEmpty();
    }

    @Test
    void anAlgorithmTakesItsSettings() {
        assertThat(Algorithm.named("consistent-hash", new Algorithm.Settings(125)))
                .contains(new ConsistentHash(125));
        assertThat(Algorithm.named("random", new Algorithm.Settings(125))).contains(new Random());
    }

    @Test
    void anAlgorithmSaysWhatItHashes() {
        HashOn path = HashOn.parse("path");
        assertThat(new ConsistentHash(0).key(path)).isEqualTo(path);
        assertThat(new SourceHash().key(path)).isEqualTo(HashOn.SOURCE);
        assertThat(new RoundRobin().key(path)).isNull();
    }
}
