package dev.livemeter.relay.nginx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CallbackFormTest {

    @Test
    @DisplayName("Acceptance 2: of two fields the first counts")
    void ofTwoFieldsTheFirstCounts() {
        var form = CallbackForm.parse(
                "app=live&clientid=7&call=publish&name=evil&type=live&name=victim&clientid=77&call=update");
        assertThat(form.text("name")).isEqualTo("evil");
        assertThat(form.text("call")).isEqualTo("publish");
        assertThat(form.number("clientid")).hasValue(7);
    }

    @Test
    void aFieldWithoutAValueTakesNoneOfTheNext() {
        var form = CallbackForm.parse("app&name==a=&swfurl=&call=publish&");
        assertThat(form.text("app")).isEmpty();
        assertThat(form.text("name")).isEqualTo("=a=");
        assertThat(form.text("swfurl")).isEmpty();
        assertThat(form.text("call")).isEqualTo("publish");
    }

    @Test
    void fieldsBeyondTheMostAreNotRead() {
        var form = CallbackForm.parse("x&".repeat(127) + "name=in&call=out");
        assertThat(form.text("name")).isEqualTo("in");
        assertThat(form.text("call")).isEmpty();
    }

    @Test
    void decodesWhatNginxEscaped() {
        var form = CallbackForm.parse("name=a%26b%3Dc%20d+e%C3%A9&clientid=1");
        assertThat(form.text("name")).isEqualTo("a&b=c d+eé");
    }

    @Test
    void aClientCannotSpoilTheFormWithGarbage() {
        var form = CallbackForm.parse("clientid=1&call=publish&name=k&%zz=%&=&&%" + "&x=1".repeat(5000));
        assertThat(form.text("name")).isEqualTo("k");
    }

    @Test
    void whatIsAbsentIsEmpty() {
        assertThat(CallbackForm.parse("").text("name")).isEmpty();
        assertThat(CallbackForm.parse("").number("clientid")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-1", "1x", "0x1", "1234567890123456789", " 1", "٣"})
    void aNumberIsOfDigits(String text) {
        assertThat(CallbackForm.parse("clientid=" + text).number("clientid")).isEmpty();
    }

    @Test
    @DisplayName("Acceptance 15: prints without values")
    void printsWithoutValues() {
        assertThat(CallbackForm.parse("name=ec_live_secret")).hasToString("CallbackForm[name]");
    }
}
