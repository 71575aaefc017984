import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Locale;

/** Datagrams' clients or their echo as a process of its own, for another network name space. */
final class UdpApart {

    private UdpApart() {
    }

    public static void main(String[] args) throws Exception {
        InetAddress host = InetAddress.getByName(args[1]);
        if (args[0].equals("echo")) {
            UdpEcho _ = UdpEcho.start(host,
                    Arrays.stream(args).skip(2).mapToInt(Integer::parseInt).toArray());
            Thread.currentThread().join();
        }
        double before = Machine.allBusyMicros();
        Sample sample = new UdpLoad(Integer.parseInt(args[3])).drive(
                new InetSocketAddress(host, Integer.parseInt(args[2])),
                Integer.parseInt(args[4]) * 1_000_000_000L);
        System.out.printf(Locale.ROOT, "%f %f %d %f %f %f %f%n", sample.units(), sample.seconds(),
                sample.errors(), sample.p50(), sample.p99(), sample.p999(), Machine.allBusyMicros() - before);
    }

    /** What its clients have printed: the CPU time is that of their work, without the start of the JVM. */
    static Routed.Turn parse(String said) {
        String[] f = said.strip().split(" ");
        return Routed.Turn.of(
                new Sample(Double.parseDouble(f[0]), Double.parseDouble(f[1]), Long.parseLong(f[2]),
                        Double.parseDouble(f[3]), Double.parseDouble(f[4]), Double.parseDouble(f[5])),
                Double.parseDouble(f[6]));
    }
}
