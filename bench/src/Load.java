import java.io.IOException;
import java.util.Optional;

/** A load that can be driven at a port for some seconds. */
sealed interface Load extends Work permits WrkLoad, H2Load, UdpLoad {

    /** What one unit of work is called in the table. */
    String unit();

    /** One unit of work; empty when it was answered as it should be, else what went wrong. */
    Optional<String> probe(int port);

    /** Drives the load for the given time, bounded by `patience` seconds in every case. */
    Sample run(int port, int seconds, int patience) throws IOException, InterruptedException;
}
