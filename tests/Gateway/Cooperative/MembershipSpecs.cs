using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using PantryChain.Gateway.Configuration;
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
        Func<Task> moved = () => Membership.RefreshAsync(_temp.Folder, _joined.Store, default);

        kept.Info.Contracts.Should().Be(_joined.Info.Contracts);
        kept.Doubt.Should().Contain("other contracts");
        (await moved.Should().ThrowAsync<UserError>()).Which.Message.Should().Contain("store");
    }
}
