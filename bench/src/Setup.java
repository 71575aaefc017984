/**
 * How the proxies are configured. A proxy takes part when a file of this name lies in its folder; lines that
 * end with `# repeat` are written out `repeat` times.
 */
record Setup(String file, Entry entry, int repeat) {

    /**
     * Where the proxies listen: each kind of entry has its own range of ports, each proxy its own port within
     * it.
     */
    enum Entry {
        L7(18000),
        L4(18100),
        UDP(18200);

        final int base;

        Entry(int base) {
            this.base = base;
        }
    }

    static Setup l7(String file) {
        return new Setup(file, Entry.L7, 1);
    }

    static Setup l4(String file) {
        return new Setup(file, Entry.L4, 1);
    }

    static Setup routes(int count) {
        return new Setup("l7-routes", Entry.L7, count);
    }
}
