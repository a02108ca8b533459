using PantryChain.Gateway.Dashboard;
using PantryChain.Telemetry.Mqtt;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Dashboard;

public sealed class BrokerTroubleSpecs
{
    private static readonly TroubleWords English = new(Language.English), Korean = new(Language.Korean);

    [Theory]
    [InlineData(MqttLossKind.Away, "does not answer", "home.host", "답이 없음")]
    [InlineData(MqttLossKind.NotAuthorised, "does not take the login", "home.passwordFile", "로그인")]
    [InlineData(MqttLossKind.Tls, "certificate", "home.caFile", "인증서")]
    [InlineData(MqttLossKind.Unfit, "no MQTT 5 broker", "home.port", "MQTT 5")]
    public void A_lost_home_broker_says_why_and_what_to_do_in_both_languages(MqttLossKind kind, string what, string next, string korean)
    {
        Trouble trouble = At(connected: false, new MqttLoss(kind, "", DateTimeOffset.UnixEpoch))!.Value;

        trouble.Cause.Should().Be(TroubleCause.HomeLost);
        English.What(trouble).Should().Contain(what);
        English.Next(trouble).Should().Contain(next);
        Korean.What(trouble).Should().Contain(korean);
        Korean.Next(trouble).Should().Contain(next);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_place_that_another_client_takes_is_told_between_the_turns_too_and_for_ten_minutes(bool connected)
    {
        DateTimeOffset now = TimeProvider.System.GetUtcNow();

        Trouble trouble = At(connected, new MqttLoss(MqttLossKind.TakenOver, "", now - TimeSpan.FromMinutes(9)))!.Value;

        trouble.Cause.Should().Be(TroubleCause.HomeTakenOver);
        English.What(trouble).Should().Contain("Another client uses this gateway's name");
        English.Next(trouble).Should().Contain("Stop the copy");
        Korean.What(trouble).Should().Contain("다른 프로그램");
        (At(connected, new MqttLoss(MqttLossKind.TakenOver, "", now - TimeSpan.FromMinutes(11)))?.Cause).Should().Be(connected ? null : TroubleCause.HomeLost);
    }

    [Fact]
    public void A_broker_that_is_back_is_no_trouble() => At(connected: true, new MqttLoss(MqttLossKind.NotAuthorised, "", TimeProvider.System.GetUtcNow())).Should().BeNull();

    private static Trouble? At(bool connected, MqttLoss? loss) => Troubles.AtBroker(connected, loss, TroubleCause.HomeLost, TroubleCause.HomeTakenOver);
}
