using System.Net;
using PantryChain.Gateway.Attention;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Dashboard;
using PantryChain.Ui.Texts;

namespace PantryChain.Gateway.Tests.Attention;

/// <summary>Lamp and buzzer in a whole gateway whose cooperative cannot be reached: something is wrong.</summary>
public sealed class AttentionPageSpecs : IAsyncLifetime
{
    private readonly GatewayWorld _world = new(speed: 60, joined: true)
    {
        Household = GatewayFile.Check(Samples.Options with { Attention = new AttentionOptions { LampLine = 24, BuzzerLine = 25 } }, "gateway.json"),
    };

    private HttpClient _browser = null!;

    public async Task InitializeAsync()
    {
        await _world.StartAsync();
        _browser = _world.NewBrowser();
        await Wait.Until(() => _world.Get<AttentionPost>().State.Level == AttentionLevel.Alarm, "the lamp shone");
    }

    public async Task DisposeAsync()
    {
        _browser.Dispose();
        await _world.DisposeAsync();
    }

    [Theory]
    [InlineData("ko", "알림 램프가 켜져 있습니다", "버저 끄기", "조용합니다")]
    [InlineData("en", "The lamp shines because", "Silence the buzzer", "silent until something else")]
    public async Task The_first_page_says_why_the_lamp_shines_and_lets_the_member_silence_the_buzzer(string language, string shines, string button, string silent)
    {
        _browser.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        (await _browser.PageAsync("/")).Should().Contain(shines).And.NotContain(button, "a stranger has no button");
        string form = await _browser.LogInAsync();
        (await _browser.PageAsync("/")).Should().Contain(button);

        (await _browser.SendFormAsync("/attention/silence", ("form", form))).Should().Be(HttpStatusCode.SeeOther);

        (await _browser.PageAsync("/")).Should().Contain(silent).And.NotContain(button);
        _world.Get<AttentionPost>().State.IsSilenced.Should().BeTrue();
    }

    [Fact]
    public async Task Nobody_without_a_login_silences_it()
    {
        (await _browser.SendFormAsync("/attention/silence", ("form", "x"))).Should().NotBe(HttpStatusCode.SeeOther);

        _world.Get<AttentionPost>().State.IsSilenced.Should().BeFalse();
    }
}

/// <summary>What the page says for each way of wiring.</summary>
public sealed class AttentionWordsSpecs
{
    [Theory]
    [InlineData(AttentionLevel.Alarm, true, true, false, "The lamp shines because")]
    [InlineData(AttentionLevel.Alarm, true, true, true, "The lamp shines. The buzzer is silent")]
    [InlineData(AttentionLevel.Alarm, true, false, false, "The lamp shines because")]
    [InlineData(AttentionLevel.Alarm, false, true, false, "The buzzer sounds")]
    [InlineData(AttentionLevel.Alarm, false, true, true, "The buzzer is silent until")]
    [InlineData(AttentionLevel.Asks, true, true, false, "The lamp flashes")]
    [InlineData(AttentionLevel.Asks, false, true, false, "Buzzer: nothing")]
    [InlineData(AttentionLevel.None, true, false, false, "Lamp: nothing")]
    public void Only_what_is_wired_is_spoken_of(object level, bool lamp, bool buzzer, bool silenced, string expected)
    {
        AttentionState state = new((AttentionLevel)level, lamp, buzzer, silenced);

        new AttentionWords(Language.English).State(state).Should().StartWith(expected);
        new AttentionWords(Language.Korean).State(state).Should().MatchRegex("[가-힣]");
    }
}
