package io.headgate.filter;

/** The head of a member's answer. */
public interface Response {

    int status();

    void status(int code);

    /** The headers that say how long the body is cannot be changed. */
    Headers headers();

    /** The request that it answers. */
    Request request();
}
