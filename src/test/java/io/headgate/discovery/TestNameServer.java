package io.headgate.discovery;

import io.headgate.net.EventLoops;
import io.headgate.testing.Ports;
import io.netty.bootstrap.Bootstrap;
import io.netty.bootstrap.ServerBootstrap;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.SimpleChannelInboundHandler;
import io.netty.handler.codec.dns.DatagramDnsQuery;
import io.netty.handler.codec.dns.DatagramDnsQueryDecoder;
import io.netty.handler.codec.dns.DatagramDnsResponse;
import io.netty.handler.codec.dns.DatagramDnsResponseEncoder;
import io.netty.handler.codec.dns.DefaultDnsQuestion;
import io.netty.handler.codec.dns.DefaultDnsRawRecord;
import io.netty.handler.codec.dns.DefaultDnsRecordEncoder;
import io.netty.handler.codec.dns.DefaultDnsResponse;
import io.netty.handler.codec.dns.DnsQuery;
import io.netty.handler.codec.dns.DnsQuestion;
import io.netty.handler.codec.dns.DnsRecordType;
import io.netty.handler.codec.dns.DnsResponse;
import io.netty.handler.codec.dns.DnsResponseCode;
import io.netty.handler.codec.dns.DnsSection;
import io.netty.handler.codec.dns.TcpDnsQueryDecoder;
import io.netty.handler.codec.dns.TcpDnsResponseEncoder;
import io.netty.resolver.dns.DnsServerAddresses;
import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** A name server whose records, failures and silence the test decides. */
final class TestNameServer implements AutoCloseable {

    private final EventLoops loops;
    private final Channel channel;
    private final List<Runnable> held = new CopyOnWriteArrayList<>();
    private final Map<String, List<Data>> zone = new ConcurrentHashMap<>();
    private final AtomicInteger asked = new AtomicInteger();
    private volatile @Nullable DnsResponseCode failure;
    private volatile boolean silent;
    private volatile DnsRecordType onlyFor = DnsRecordType.ANY;
    private volatile int mostByDatagram = Integer.MAX_VALUE;
    private volatile @Nullable DnsRecordType holding;
    private volatile @Nullable DnsRecordType late;
    private volatile Runnable beforeLate = () -> {
    };
    private @Nullable Channel streams;

    @SuppressWarnings("ArrayRecordComponent")
    private record Data(DnsRecordType type, int ttl, byte[] bytes) {}

    TestNameServer(EventLoops loops) throws InterruptedException {
        this.loops = loops;
        channel = new Bootstrap().group(loops.group()).channel(loops.transport().datagram())
                .handler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel datagrams) {
                        datagrams.pipeline().addLast(new DatagramDnsQueryDecoder(),
                                new DatagramDnsResponseEncoder(), new Answers());
                    }
                }).bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), Ports.free())).sync()
                .channel();
    }

    NameServers servers() {
        InetSocketAddress address = (InetSocketAddress) channel.localAddress();
        return new NameServers(host -> DnsServerAddresses.singleton(address).stream(), 5_000);
    }

    InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Answers by datagrams hold no more than so many records and are marked as truncated beyond. */
    void truncate(int most) {
        mostByDatagram = most;
    }

    /** Accepts TCP from now on. */
    void listen() throws InterruptedException {
        streams = new ServerBootstrap().group(loops.group()).channel(loops.transport().serverSocket())
                .childHandler(new ChannelInitializer<>() {
                    @Override
                    protected void initChannel(Channel stream) {
                        stream.pipeline().addLast(new TcpDnsQueryDecoder(), new TcpDnsResponseEncoder(),
                                new Streams());
                    }
                }).bind(address()).sync().channel();
    }

    /** Answers questions of this type only when {@link #answerWhatWasHeld} is called, null for none. */
    void hold(@Nullable DnsRecordType type) {
        holding = type;
    }

    void answerWhatWasHeld() {
        holding = null;
        held.forEach(Runnable::run);
        held.clear();
    }

    /** Answers questions of this type late, and does this before each answer. */
    void late(DnsRecordType type, Runnable before) {
        beforeLate = before;
        late = type;
    }

    /** Replaces the address records of a name. */
    void addresses(String name, int ttl, String... ips) {
        zone.put(name, List.of(ips).stream().map(ip -> {
            byte[] bytes = NetUtil.createByteArrayFromIpAddressString(ip);
            return new Data(bytes.length == 4 ? DnsRecordType.A : DnsRecordType.AAAA, ttl, bytes);
        }).toList());
    }

    /** Replaces the service records of a name, each as {@code priority weight port target}. */
    void services(String name, int ttl, String... records) {
        zone.put(name,
                List.of(records).stream()
                        .map(text -> new Data(DnsRecordType.SRV, ttl, srv(text.split(" ", -1))))
                        .toList());
    }

    private static byte[] srv(String[] fields) {
        ByteBuf data = Unpooled.buffer();
        for (int i = 0; i < 3; i++) {
            data.writeShort(Integer.parseInt(fields[i]));
        }
        new NameEncoder().encode(fields[3], data);
        byte[] bytes = new byte[data.readableBytes()];
        data.readBytes(bytes);
        return bytes;
    }

    void forget(String name) {
        zone.remove(name);
    }

    /** Null to answer well again. */
    void fail(@Nullable DnsResponseCode code) {
        fail(DnsRecordType.ANY, code);
    }

    /** Fails questions of one type alone. */
    void fail(DnsRecordType type, @Nullable DnsResponseCode code) {
        onlyFor = type;
        failure = code;
    }

    void silent(boolean now) {
        silent = now;
    }

    /** How many questions have come. */
    int asked() {
        return asked.get();
    }

    @Override
    public void close() {
        channel.close().syncUninterruptibly();
        if (streams != null) {
            streams.close().syncUninterruptibly();
        }
    }

    private static final class NameEncoder extends DefaultDnsRecordEncoder {

        void encode(String name, ByteBuf to) {
            try {
                encodeName(name, to);
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
    }

    private final class Answers extends SimpleChannelInboundHandler<DatagramDnsQuery> {

        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        protected void channelRead0(ChannelHandlerContext ctx, DatagramDnsQuery query) {
            asked.incrementAndGet();
            if (silent) {
                return;
            }
            DnsQuestion question = query.recordAt(DnsSection.QUESTION);
            if (question.type().equals(holding)) {
                query.retain();
                held.add(() -> ctx.channel().eventLoop().execute(() -> answer(ctx, query, question)));
            } else if (question.type().equals(late)) {
                query.retain();
                ctx.channel().eventLoop().schedule(() -> {
                    beforeLate.run();
                    answer(ctx, query, question);
                }, 300, TimeUnit.MILLISECONDS);
            } else {
                query.retain();
                answer(ctx, query, question);
            }
        }

        @SuppressWarnings("FutureReturnValueIgnored")
        private void answer(ChannelHandlerContext ctx, DatagramDnsQuery query, DnsQuestion question) {
            DatagramDnsResponse response = new DatagramDnsResponse(/* sender= */ query.recipient(),
                    /* recipient= */ query.sender(), query.id());
            fill(response, question, mostByDatagram);
            ctx.writeAndFlush(response);
            query.release();
        }
    }

    private final class Streams extends SimpleChannelInboundHandler<DnsQuery> {

        @Override
        @SuppressWarnings("FutureReturnValueIgnored")
        protected void channelRead0(ChannelHandlerContext ctx, DnsQuery query) {
            DefaultDnsResponse response = new DefaultDnsResponse(query.id());
            fill(response, query.recordAt(DnsSection.QUESTION), Integer.MAX_VALUE);
            ctx.writeAndFlush(response);
        }
    }

    private void fill(DnsResponse response, DnsQuestion question, int most) {
        response.addRecord(DnsSection.QUESTION, new DefaultDnsQuestion(question.name(), question.type()));
        response.setAuthoritativeAnswer(true);
        DnsResponseCode code = failure;
        List<Data> known = zone.get(question.name().substring(0, question.name().length() - 1));
        if (code != null && (onlyFor.equals(DnsRecordType.ANY) || onlyFor.equals(question.type()))) {
            response.setCode(code);
        } else if (known == null) {
            response.setCode(DnsResponseCode.NXDOMAIN);
        } else {
            List<Data> asked = known.stream().filter(data -> data.type().equals(question.type())).toList();
            response.setTruncated(asked.size() > most);
            asked.stream().limit(most)
                    .forEach(data -> response.addRecord(DnsSection.ANSWER, new DefaultDnsRawRecord(
                            question.name(), data.type(), data.ttl(),
                            Unpooled.wrappedBuffer(data.bytes()))));
        }
    }
}
