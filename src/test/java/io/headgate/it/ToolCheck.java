package io.headgate.it;

import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.opentest4j.TestAbortedException;

/**
 * Skips a test that needs a program which is not installed. Where real servers are required, as in CI, that
 * is a failure: a test that nobody notices is skipped checks nothing.
 */
final class ToolCheck implements BeforeAllCallback {

    @Override
    public void beforeAll(ExtensionContext context) {
        for (String tool : context.getRequiredTestClass().getAnnotation(NeedsTool.class).value()) {
            if (Tool.find(tool).isEmpty()) {
                missing(tool, "required".equals(System.getenv("HEADGATE_REAL_SERVERS")));
            }
        }
    }

    static void missing(String tool, boolean required) {
        if (required) {
            throw new AssertionError(
                    tool + " is not installed, and HEADGATE_REAL_SERVERS=required wants the test");
        }
        throw new TestAbortedException("skipped: " + tool + " is not installed");
    }
}
