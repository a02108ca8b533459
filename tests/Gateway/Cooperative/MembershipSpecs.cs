using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Gateway.Cooperative;

namespace PantryChain.Gateway.Tests.Cooperative;

/// <summary>What a store that says something new about itself can and cannot do to those who joined it.</summary>
public sealed class MembershipSpecs : IAsyncLifetime
{
    private static readonly Uri Kept = new("https://node.joined.example/"), Other = new("https://node.other.example/");

    private readonly TempDataFolder _temp = new();
    private WebApplication _store = null!;
    private CooperativeInfo _says = null!;
    private Membership _joined = null!;

    public async Task InitializeAsync()
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        _store = builder.Build();
        _store.Urls.Add("http://127.0.0.1:0");
        _store.MapGet("/api/v1/cooperative", () => Results.Json(_says, StoreJson.Default.CooperativeInfo));
        await _store.StartAsync();
        Membership nowhere = GatewayWorld.Unreachable();
        _joined = nowhere with { Store = new Uri(_store.Urls.First()), Info = nowhere.Info with { ChainId = 7, Rehearsal = false, RpcUrl = Kept } };
        _joined.Write(_temp.Folder);
        _says = _joined.Info;
    }

    public async Task DisposeAsync()
    {
        await _store.DisposeAsync();
        _temp.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Another_node_that_the_store_names_later_does_not_take_the_place_of_the_joined_one(bool callsItselfRehearsal)
    {
        _says = _says with { RpcUrl = Other, Rehearsal = callsItselfRehearsal };

        Membership fresh = (await Membership.RefreshAsync(_temp.Folder, moved: null, default))!;
        Membership again = (await Membership.RefreshAsync(_temp.Folder, moved: null, default))!;

        foreach (Membership membership in new[] { fresh, again })
        {
            (membership.Info.RpcUrl, membership.MovedRpcUrl).Should().Be((Kept, Other));
            membership.Doubt.Should().Contain(Other.ToString());
        }
    }

    [Fact]
    public async Task A_rehearsals_node_moves_at_each_start_and_is_followed()
    {
        (_joined with { Info = _joined.Info with { ChainId = 31337 } }).Write(_temp.Folder);
        _says = _says with { RpcUrl = Other, ChainId = 31337 };

        Membership fresh = (await Membership.RefreshAsync(_temp.Folder, moved: null, default))!;

        (fresh.Info.RpcUrl, fresh.Doubt).Should().Be((Other, null));
    }

    [Fact]
    public async Task A_store_that_names_other_contracts_stops_nobody_and_is_told_of()
    {
        _says = _says with { Contracts = _says.Contracts with { Escrow = Samples.Address(99).ToString() } };

        Membership kept = (await Membership.RefreshAsync(_temp.Folder, moved: null, default))!;
        Membership moved = (await Membership.RefreshAsync(_temp.Folder, _joined.Store, default))!;

        foreach (Membership membership in new[] { kept, moved })
        {
            membership.Info.Contracts.Should().Be(_joined.Info.Contracts);
            membership.Doubt.Should().Contain("other contracts").And.Contain("The joined ones are used on.");
        }
        moved.Doubt.Should().Contain("Correct \"store\" in");
    }

    [Fact]
    public async Task An_address_that_is_another_cooperatives_is_not_kept()
    {
        Uri other = _joined.Store;
        (_joined with { Store = new Uri("http://127.0.0.1:9/") }).Write(_temp.Folder);
        _says = _says with { ChainId = 8 };

        Membership membership = (await Membership.RefreshAsync(_temp.Folder, moved: other, default))!;

        (membership.Store, Membership.Find(_temp.Folder)!.Store).Should().Be((new Uri("http://127.0.0.1:9/"), new Uri("http://127.0.0.1:9/")));
        membership.Contradiction.Should().NotBeNull();
    }

    [Theory]
    [InlineData(1.0)]
    [InlineData(1_000.0)]
    public async Task A_store_tells_its_members_neither_the_time_nor_how_long_a_no_may_come(double speed)
    {
        _says = _says with { Rehearsal = true, Clock = new RehearsalClock(new DateTimeOffset(2019, 1, 1, 0, 0, 0, TimeSpan.Zero), DateTimeOffset.UnixEpoch.AddYears(56), speed), VetoSeconds = 0, EpochSeconds = 1, Name = "New" };

        Membership fresh = (await Membership.RefreshAsync(_temp.Folder, moved: null, default))!;

        (fresh.Info.Rehearsal, fresh.Info.Clock, fresh.Info.VetoSeconds, fresh.Info.EpochSeconds, fresh.Info.Name)
            .Should().Be((false, null, _joined.Info.VetoSeconds, _joined.Info.EpochSeconds, "New"));
        Gateway.Commands.CommandLine.TimeOf(fresh.Info).Should().BeSameAs(TimeProvider.System);
        Gateway.Commands.CommandLine.TimeOf(_says).Should().BeSameAs(TimeProvider.System, "what an earlier version kept counts no more");
    }

    [Theory]
    [InlineData(-1.0)]
    [InlineData(0.0)]
    [InlineData(1e300)]
    public async Task A_clock_that_cannot_run_is_never_kept_and_stops_no_start(double speed)
    {
        (_joined with { Info = _joined.Info with { ChainId = 31337, Rehearsal = true } }).Write(_temp.Folder);
        _says = _says with { ChainId = 31337, Rehearsal = true, Clock = new RehearsalClock(DateTimeOffset.UnixEpoch.AddYears(50), DateTimeOffset.UnixEpoch, speed) };

        Membership fresh = (await Membership.RefreshAsync(_temp.Folder, moved: null, default))!;

        fresh.Info.Clock.Should().BeNull();
        Membership.Find(_temp.Folder)!.Info.Clock.Should().BeNull();
        Gateway.Commands.CommandLine.TimeOf(fresh.Info).Should().BeSameAs(TimeProvider.System);
    }
}
