using System.Text;
using FsCheck;
using FsCheck.Fluent;
using PantryChain.Telemetry.Home;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Telemetry.Tests;

public sealed class RequestReaderSpecs
{
    private static readonly RequestMember[] Known =
        [new("slot", MemberKind.Slot, IsNeeded: true), new("undo", MemberKind.Flag), new("name", MemberKind.Text), new("seconds", MemberKind.Whole), new("grams", MemberKind.Number)];

    [Fact]
    public void A_request_holds_what_its_members_say()
    {
        GatewayRequest request = Read(""" {"slot":4, "undo":true, "name":"우유 \"1\"", "seconds":-60, "gra\u006ds":1.5e2} """).Request!;

        (request.Slot.Value, request.Flag("undo"), request.Text("name"), request.Whole("seconds"), request.Number("grams"), request.Transaction)
            .Should().Be(((ushort)4, true, "우유 \"1\"", -60L, 150.0, null));
        (Read("""{"slot":1}""").Request!.Flag("undo"), Read("""{"slot":1}""").Request!.Has("undo")).Should().Be((null, false));
    }

    [Theory]
    [InlineData("""{"slot":4,"und0":true}""", "und0")] // a tare, if it were overlooked
    [InlineData("""{"slot":4,"Undo":true}""", "Undo")]
    [InlineData("""{"slot":4,"undo ":true}""", "undo ")]
    [InlineData("""{"slot":4,"":true}""", "''")]
    [InlineData("""{"slot":4,"__proto__":{}}""", "__proto__")]
    [InlineData("""{"slot":4,"undo":"true"}""", "undo")]
    [InlineData("""{"slot":4,"undo":1}""", "undo")]
    [InlineData("""{"slot":4,"undo":null}""", "undo")]
    [InlineData("""{"slot":4,"undo":[true]}""", "undo")]
    [InlineData("""{"slot":4,"undo":true,"undo":true}""", "undo")]
    [InlineData("""{"slot":4,"undo":true,"\u0075ndo":false}""", "undo")]
    [InlineData("""{"slot":"4"}""", "slot")]
    [InlineData("""{"slot":4.0}""", "slot")]
    [InlineData("""{"slot":4e0}""", "slot")]
    [InlineData("""{"slot":-1}""", "slot")]
    [InlineData("""{"slot":0}""", "slot")]
    [InlineData("""{"slot":65536}""", "slot")]
    [InlineData("""{"slot":null}""", "slot")]
    [InlineData("""{"slot":{"slot":4}}""", "slot")]
    [InlineData("""{"slot":4,"slot":3}""", "slot")]
    [InlineData("""{"undo":true}""", "slot")]
    [InlineData("""{"slot":4,"name":5}""", "name")]
    [InlineData("""{"slot":4,"name":"a\ud800"}""", "name")]
    [InlineData("""{"slot":4,"seconds":60.0}""", "seconds")]
    [InlineData("""{"slot":4,"seconds":99999999999999999999}""", "seconds")]
    [InlineData("""{"slot":4,"grams":1e999}""", "grams")]
    [InlineData("""{"slot":4,"grams":"12"}""", "grams")]
    [InlineData("""{"slot":4,"\ud800":1}""", "no member")]
    [InlineData("""{"slot":4,"transaction":1,"transaction":2}""", "transaction")]
    public void What_is_unknown_doubled_or_of_another_kind_is_named(string payload, string named) => Read(payload).Why.Should().Contain(named);

    [Theory]
    [InlineData("")]
    [InlineData("PRESS")]
    [InlineData("{\"slot\":4")]
    [InlineData("[1]")]
    [InlineData("null")]
    [InlineData("4")]
    [InlineData("\"tare\"")]
    [InlineData("{\"slot\":4}{}")]
    [InlineData("{\"slot\":4,}")]
    [InlineData("{'slot':4}")]
    [InlineData("{\"slot\":4} // four")]
    [InlineData("\uFEFF{\"slot\":4}")]
    [InlineData("{\"slot\":NaN}")]
    [InlineData("{\"slot\":04}")]
    [InlineData("\0")]
    public void What_is_no_JSON_object_is_told_what_to_send(string payload) => Read(payload).Why.Should().Contain("'slot'").And.Contain("'transaction'");

    [Fact]
    public void What_is_too_large_or_not_UTF_8_is_told_so()
    {
        Read("{\"slot\":4,\"name\":\"" + new string('x', RequestReader.MaxBytes) + "\"}").Why.Should().Contain("8192");
        RequestReader.TryRead("tare", Known, [(byte)'{', 0xFF, (byte)'}'], out _, out _, out string? why).Should().BeFalse();
        why.Should().Contain("UTF-8");
        Read("{\"slot\":4,\"transaction\":\"" + new string('x', RequestReader.MaxTransactionBytes) + "\"}").Why.Should().Contain("1024");
    }

    [Theory]
    [InlineData("\"w\"")]
    [InlineData("true")]
    [InlineData("null")]
    [InlineData("1.50")]
    [InlineData("12345678901234567890123")]
    [InlineData("\"\\u00e9\\ud800<\"")]
    [InlineData("{\"a\": [1, {\"b\":null}]}")]
    public void A_transaction_comes_back_letter_by_letter(string transaction)
    {
        foreach (string payload in new[] { $"{{\"slot\":4,\"transaction\":{transaction}}}", $"{{\"slot\":\"4\",\"transaction\":{transaction}}}", $"{{\"transaction\":{transaction},\"slot\":4" })
        {
            string? echoed = Read(payload).Transaction;

            echoed.Should().Be(transaction);
            Encoding.UTF8.GetString(WireCodec.Encode(new GatewayResponse(echoed, "no"))).Should().Be($$"""{"status":"error","transaction":{{transaction}},"error":"no"}""");
        }
    }

    [Fact]
    public void A_verb_without_members_says_so_in_a_whole_sentence()
    {
        RequestReader.TryRead("quiet", [], "{\"slot\":1}"u8, out _, out _, out string? why).Should().BeFalse();

        why.Should().Be("There is no member 'slot'. Send an empty JSON object, {}; of members 'quiet' takes 'transaction' alone.");
    }

    [Fact]
    public void No_bytes_are_ever_a_fault() => Prop.ForAll(ArbMap.Default.ArbFor<byte[]>(), bytes => RequestReader.TryRead("tare", Known, bytes, out _, out _, out string? why) != (why is not null)).QuickCheckThrowOnFailure();

    [Theory]
    [InlineData("clients/node-red/7", true)]
    [InlineData("pantrychain/v1/kim-1/reply/node-red", true)]
    [InlineData("pantrychain/v1/kim-1/response/tare", true)]
    [InlineData("pantrychain/v1/kim-1/response/mine", true)]
    [InlineData("pantrychain/v1/kim-1/response/pair", false)]
    [InlineData("$SYS/broker", false)]
    [InlineData("$share/g/x", false)]
    [InlineData("homeassistant/status", false)]
    [InlineData("homeassistant/device/pantrychain_kim-1/config", false)]
    [InlineData("pantrychain/v1/lee-2/request/tare", false)]
    [InlineData("pantrychain/v1/lee-2/response/tare", false)]
    [InlineData("pantrychain", false)]
    [InlineData("pantrychain/v1/kim-1", false)]
    [InlineData("pantrychain/v1/kim-1/request/tare", false)]
    [InlineData("pantrychain/v1/kim-1/slot/1/state", false)]
    [InlineData("pantrychain/v1/kim-1/status", false)]
    [InlineData("a/+/b", false)]
    [InlineData("a/#", false)]
    [InlineData("", false)]
    [InlineData("a\u0001b", false)]
    public void An_asker_cannot_speak_through_the_gateway_where_others_speak(string topic, bool answered)
    {
        string? why = ReplyTopic.WhyNot(new MqttMessage("", default) { ReplyTo = topic }, "tare", HomeBroker.Topics, ["tare", "pair"], "homeassistant");

        (why is null).Should().Be(answered, why);
        why?.Should().Contain("Nothing was done");
    }

    private static (GatewayRequest? Request, string? Transaction, string? Why) Read(string payload)
    {
        RequestReader.TryRead("tare", Known, Encoding.UTF8.GetBytes(payload), out GatewayRequest? request, out string? transaction, out string? why);
        return (request, transaction, why);
    }
}
