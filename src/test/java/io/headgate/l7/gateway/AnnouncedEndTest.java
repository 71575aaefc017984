package io.headgate.l7.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultHttpResponse;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import reactor.netty.Connection;

class AnnouncedEndTest {

    private final EmbeddedChannel channel = new EmbeddedChannel(new AnnouncedEnd());

    AnnouncedEndTest() {
        channel.freezeTime();
    }

    private void answer(@Nullable String keepAlive) {
        HttpResponse head = new DefaultHttpResponse(HttpVersion.HTTP_1_1, HttpResponseStatus.OK);
        if (keepAlive != null) {
            head.headers().set("Keep-Alive", keepAlive);
        }
        channel.writeInbound(head, LastHttpContent.EMPTY_LAST_CONTENT);
    }

    private void after(long millis) {
        channel.advanceTimeBy(millis, TimeUnit.MILLISECONDS);
        channel.runScheduledPendingTasks();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout=5", "max=100, timeout=5", "Timeout = 5;max=2"})
    void anIdleConnectionEndsASecondBeforeTheAnnouncedTime(String terms) {
        answer(terms);
        after(3_999);
        assertThat(channel.isOpen()).isTrue();
        after(2);
        assertThat(channel.isOpen()).isFalse();
    }

    @Test
    void aRequestPutsItOff() {
        answer("timeout=5");
        after(3_000);
        channel.pipeline().get(AnnouncedEnd.class).taken();
        after(60_000);
        assertThat(channel.isOpen()).isTrue();
        answer("timeout=5");
        after(3_000);
        assertThat(channel.isOpen()).isTrue();
        after(1_001);
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(strings = {"timeout=0", "timeout=1"})
    void whatWouldEndAtOnceIsNotUsedAgain(String terms) {
        answer(terms);
        assertThat(Connection.from(channel).isPersistent()).isFalse();
    }

    @Test
    void withoutAnAnnouncementItStays() {
        answer(null);
        answer("max=100");
        answer("timeout=soon");
        answer("timeout=99999999999999999999");
        after(TimeUnit.DAYS.toMillis(1));
        assertThat(channel.isOpen()).isTrue();
        assertThat(Connection.from(channel).isPersistent()).isTrue();
    }
}
