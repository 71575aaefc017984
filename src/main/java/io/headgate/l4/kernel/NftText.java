package io.headgate.l4.kernel;

/** Commands for {@code nft} about one table, a line for each. */
final class NftText {

    private final String table;
    private final StringBuilder text = new StringBuilder();

    NftText(String table) {
        this.table = table;
    }

    /** A command about something in the table. */
    NftText line(String command, String what) {
        text.append(command).append(" inet ").append(table).append(' ').append(what).append('\n');
        return this;
    }

    /** Adds a rule at the end of a chain. */
    NftText rule(String chain, String rule) {
        return line("add rule", chain + " " + rule);
    }

    /** Commands that were written elsewhere, for the same table. */
    NftText append(String commands) {
        text.append(commands);
        return this;
    }

    @Override
    public String toString() {
        return text.toString();
    }
}
