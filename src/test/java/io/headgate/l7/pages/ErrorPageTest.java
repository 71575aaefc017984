package io.headgate.l7.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.l7.pages.ErrorPage.Form;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

class ErrorPageTest {

    private static final String HOSTILE = "</p><script>alert('\"`\\u0000\u0007\n\u2028</script>";

    private static String render(Form form, String page) {
        Told told = new Told(404, "Not Found", "no-route", "no route", HOSTILE);
        return new String(ErrorPage.of(form, page.getBytes(StandardCharsets.UTF_8)).render(told),
                StandardCharsets.UTF_8);
    }

    @Test
    void aHostileValueEndsNothing() {
        assertThat(render(Form.HTML, "<p title='{{request-id}}'>{{status}}"))
                .doesNotContain("<script", "title='</p", "alert('").endsWith("'>404");
        String json = render(Form.JSON, "{\"id\":\"{{request-id}}\"}");
        assertThat(JsonMapper.shared().readTree(json).get("id").asString()).isEqualTo(HOSTILE);
        assertThat(json).doesNotContain("<");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{{reson}}", "{{}}", "{{ STATUS }}", "{{status}} {{a b}}"})
    void aFieldThatIsUnknownIsAFault(String page) {
        assertThatThrownBy(() -> render(Form.HTML, page)).hasMessageContaining("one of {{status}}");
    }

    @Test
    void bracesThatAreNoFieldStay() {
        assertThat(render(Form.HTML, "a{b}c{{d}e} {{{status}}}")).isEqualTo("a{b}c{{d}e} {404}");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', value = {"''|both", "*/*|both", "text/html|html", "text/*|html",
            "application/json|json", "application/*;q=0.5, text/html;q=0.4|json", "image/png|none",
            "text/html;q=0, */*|json", "*/*;q=0|none", "TEXT/HTML;level=1;q=0.9|html", "text/html;q=x|none",
            "text/html;q=2|none", "application/problem+json|json", ",,;|none"})
    void aClientGetsTheFormThatItWantsMore(String accept, String wants) {
        List<String> header = accept.isEmpty() ? List.of() : List.of(accept);
        double html = Acceptance.of(header, "text/html");
        double json = Math.max(Acceptance.of(header, "application/json"),
                Acceptance.of(header, "application/problem+json"));
        assertThat(html == 0 && json == 0 ? "none" : html > json ? "html" : json > html ? "json" : "both")
                .isEqualTo(wants);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "200", "6xx", "404-400", "4XX", "404-", "all"})
    void onlyStatusesOfErrorsAreTaken(String text) {
        assertThatThrownBy(() -> ErrorStatuses.parse(List.of(text))).hasMessageContaining("400 to 599");
    }
}
