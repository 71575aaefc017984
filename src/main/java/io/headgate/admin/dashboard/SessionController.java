package io.headgate.admin.dashboard;

import io.headgate.admin.access.Audit;
import java.security.Principal;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Controller;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.ResponseBody;

/**
 * What only those may ask who may write. Each is a POST, because the port asks for credentials then; nothing
 * is changed, and there is no session: a page keeps the credentials and sends them with each command.
 */
@Controller
@ResponseBody
final class SessionController {

    /** Whether the credentials are right, and whose they are. */
    @PostMapping("/dashboard/login")
    Map<String, String> login(Principal who) {
        Audit.signedIn(who);
        return Map.of("user", who.getName());
    }

    /** The last writes, newest first. */
    @PostMapping("/dashboard/audit")
    List<Audit.Entry> audit() {
        return Audit.last();
    }
}
