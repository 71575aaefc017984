package io.headgate.discovery;

import io.headgate.discovery.AddressFamily.Answer;
import io.headgate.net.Transport;
import io.headgate.pool.Address;
import io.headgate.pool.MemberSpec;
import io.netty.channel.EventLoop;
import io.netty.resolver.ResolvedAddressTypes;
import io.netty.util.NetUtil;
import io.netty.util.concurrent.Promise;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The A and AAAA records of a host name. Both are asked for at once. Some name servers never answer for one
 * of the two. So a good answer waits for the other only briefly, as in RFC 8305, 3, and then uses what is
 * already known of it. A later answer starts another round.
 */
final class DnsLookup implements Lookup {

    private static final int PATIENCE_MILLIS = 100;

    private final Address name;
    private final EventLoop loop;
    private final AddressFamily v4;
    private final AddressFamily v6;
    private Runnable again = () -> {
    };
    /** The current round began because of a late answer in the previous one. */
    private boolean correcting;

    DnsLookup(Address name, NameServers servers, EventLoop loop, Transport transport) {
        this.name = name;
        this.loop = loop;
        this.v4 = new AddressFamily(name.host(), servers, loop, transport, ResolvedAddressTypes.IPV4_ONLY);
        this.v6 = new AddressFamily(name.host(), servers, loop, transport, ResolvedAddressTypes.IPV6_ONLY);
    }

    @Override
    public void look(Promise<Found> answer) {
        Round round = new Round(answer, correcting);
        v4.ask(four -> {
            round.four = four;
            round.come(four, v6);
        });
        v6.ask(six -> {
            round.six = six;
            round.come(six, v4);
        });
    }

    @Override
    public void whenMoreIsKnown(Runnable again) {
        this.again = again;
    }

    /** Both families' answers to one question. */
    private final class Round {

        private final Promise<Found> answer;
        private final boolean corrects;
        private @Nullable Answer four;
        private @Nullable Answer six;
        private List<MemberSpec> told = List.of();

        Round(Promise<Found> answer, boolean corrects) {
            this.answer = answer;
            this.corrects = corrects;
        }

        void come(Answer one, AddressFamily other) {
            if (four != null && six != null) {
                if (answer.isDone()) {
                    correct(four, six);
                } else {
                    conclude(four, six);
                }
            } else if (one.trouble() == null) {
                loop.schedule(() -> conclude(four == null ? other.known() : four,
                        six == null ? other.known() : six), PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
            }
        }

        private void conclude(Answer four, Answer six) {
            if (answer.isDone()) {
                return;
            }
            if (four.trouble() != null && six.trouble() != null) {
                answer.tryFailure(four.denied() ? six.trouble() : four.trouble());
                return;
            }
            told = members(four, six);
            answer.trySuccess(new Found(told, shorter(four.lifetime(), six.lifetime())));
        }

        /**
         * The second answer came after the first had been used without it. A late answer in the round that
         * begins here waits for the next, paced round, because some name servers answer late and differently
         * each time.
         */
        private void correct(Answer four, Answer six) {
            if (corrects || told.isEmpty() || told.equals(members(four, six))) {
                return;
            }
            correcting = true;
            again.run();
            correcting = false;
        }
    }

    private List<MemberSpec> members(Answer four, Answer six) {
        return Stream.concat(four.addresses().stream(), six.addresses().stream())
                .map(NetUtil::toAddressString).distinct().sorted()
                .map(ip -> MemberSpec.of(new Address(ip, name.port()))).toList();
    }

    private static @Nullable Duration shorter(@Nullable Duration a, @Nullable Duration b) {
        return Stream.of(a, b).filter(Objects::nonNull).min(Duration::compareTo).orElse(null);
    }

    @Override
    public void close() {
        v4.close();
        v6.close();
    }
}
