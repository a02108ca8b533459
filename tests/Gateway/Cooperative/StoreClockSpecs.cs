using System.Net;
using System.Text;
using PantryChain.Domain.Time;
using PantryChain.Gateway.Cooperative;

namespace PantryChain.Gateway.Tests.Cooperative;

public sealed class StoreClockSpecs
{
    private readonly SetTime _time = new(Samples.Morning);

    [Theory]
    [InlineData(20 * 24, 20 * 24)]
    [InlineData(2, 2)]
    [InlineData(-3, -3)]
    [InlineData(1, null)]
    [InlineData(0, null)]
    [InlineData(-1, null)]
    public async Task Clocks_that_differ_by_hours_are_told_apart_from_the_stores_answers(int hoursAhead, int? told)
    {
        StoreClock clock = new(_time);
        using StoreClient store = ClientOf(_time.Now.AddHours(-hoursAhead).ToString("O"), clock);

        await store.CatalogueAsync(CancellationToken.None);

        clock.Apart.Should().Be(told is { } hours ? TimeSpan.FromHours(hours) : null);
    }

    [Fact]
    public async Task A_clock_that_is_set_right_is_well_before_the_store_answers_again()
    {
        SteppedClock machine = new() { Now = Samples.Morning.AddDays(20) };
        StoreClock clock = new(machine);
        using StoreClient store = ClientOf(Samples.Morning.ToString("O"), clock);
        await store.CatalogueAsync(CancellationToken.None);
        TimeSpan? wrong = clock.Apart;

        machine.Now = Samples.Morning;

        wrong.Should().Be(TimeSpan.FromDays(20));
        clock.Apart.Should().BeNull();
    }

    [Fact]
    public async Task A_rehearsals_hours_that_pass_while_an_answer_is_under_way_are_no_difference()
    {
        SetTime real = new(Samples.Morning);
        StoreClock clock = new(new HouseholdTime(Samples.Morning, Samples.Morning, 28_800, real));
        using StoreClient store = ClientOf(Samples.Morning.AddHours(-70).ToString("O"), clock); // nine seconds late

        await store.CatalogueAsync(CancellationToken.None);

        clock.Apart.Should().BeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("yesterday")]
    [InlineData("9999-12-31T23:59:59.0000000+00:00")]
    [InlineData("0001-01-01T00:00:00.0000000+00:00")]
    [InlineData("2026-12-01T00:00:00.0000000+99:00")]
    public async Task What_is_no_time_is_left_alone(string told)
    {
        StoreClock clock = new(_time);
        using StoreClient store = ClientOf(told, clock);

        await store.CatalogueAsync(CancellationToken.None);

        clock.Apart.Should().BeNull();
    }

    private static StoreClient ClientOf(string told, StoreClock clock) => new(new Uri("http://store.example"), "token", new Telling(told), clock);

    /// <summary>A clock that is set while no time passes.</summary>
    private sealed class SteppedClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => 1;
    }

    private sealed class Telling(string told) : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            HttpResponseMessage response = new(HttpStatusCode.OK) { Content = new StringContent("[]", Encoding.UTF8, "application/json") };
            response.Headers.TryAddWithoutValidation(StoreClock.Header, told);
            return Task.FromResult(response);
        }
    }
}
