using Microsoft.AspNetCore.Http;
using PantryChain.Domain.Ordering;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;
using PantryChain.Ledger.Tests.Contracts;

namespace PantryChain.Gateway.Tests.Ordering;

/// <summary>A member's no on its way to a real chain, past whatever stands between.</summary>
public sealed class NoArrivesSpecs(RehearsalChain chain) : IClassFixture<RehearsalChain>
{
    private const int Never = 1_000;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(4)]
    public async Task A_veto_comes_through_whatever_answers_in_the_stores_place(int seed)
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        await world.OpenAsync();
        Random random = new(seed);
        int odd = 0, oddities = random.Next(3, 9);
        world.Interfere = _ => odd++ < oddities ? new Odd(OddAnswer.All.Values.ElementAt(random.Next(OddAnswer.All.Count))) : null;

        await world.VetoAsync();
        await world.BringAsync(() => world.Orders.Newest(1)[0].State == OrderState.Open);

        odd.Should().BeGreaterThan(oddities);
        (await StateAsync(world)).Should().Be(OrderState.Cancelled);
        world.Orders.Newest(1)[0].State.Should().Be(OrderState.Cancelled);
    }

    [Fact]
    public async Task A_store_that_says_mined_and_brings_nothing_is_found_out_and_another_relay_brings_the_veto()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.HasOtherRelay = true;
        world.Restart();
        await world.OpenAsync();
        HashSet<string> lies = [];
        world.Interfere = request =>
        {
            lies.Add(request.Id);
            return Results.Json(new RelayAnswer(request.Id, "mined", null, null));
        };
        world.Pretend = id => lies.Contains(id) ? Results.Json(new RelayAnswer(id, "mined", null, null)) : null;

        await world.VetoAsync();
        await world.BringAsync(() => world.Orders.Newest(1)[0].State == OrderState.Open);

        (await StateAsync(world)).Should().Be(OrderState.Cancelled);
        world.Elsewhere.Should().ContainSingle().Which.Kind.Should().Be("cancel");
    }

    [Fact]
    public async Task A_veto_whose_signature_ran_out_is_signed_again_while_the_window_lasts()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        GatewayOptions hurried = Samples.Household.Options with { Ordering = Samples.Household.Options.Ordering with { DeadlineHours = 1 } };
        world.Home = GatewayFile.Check(hurried, "gateway.json");
        world.Restart();
        await world.OpenAsync();
        bool dead = true;
        world.Interfere = _ => dead ? new Odd(OddAnswer.All["a 502 page"]) : null;

        await world.VetoAsync();
        await world.BringAsync(() => Vetoes(world).Count == 0);
        await chain.AdvanceAsync(TimeSpan.FromHours(3));
        await world.BringAsync(() => Vetoes(world).Count == 1, passes: 5);
        dead = false;
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0);

        (await StateAsync(world)).Should().Be(OrderState.Cancelled);
        Vetoes(world).Select(veto => (veto.Status, veto.Reason)).Should().Equal((RelayStatus.Refused, CallCheck.SignatureRanOut), (RelayStatus.Mined, null));
    }

    [Fact]
    public async Task The_gateway_brings_its_money_back_itself_when_the_seller_was_late()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        world.Sells = false;
        await world.OpenAsync();
        OrderWindows windows = await chain.Escrow.WindowsAsync(default);

        await chain.AdvanceAsync(windows.Veto + windows.Accept - TimeSpan.FromMinutes(10));
        await world.BringAsync(() => true, passes: 3);
        int early = world.Relays.About(world.Orders.Newest(1)[0].Id.Value).Count(call => call.Kind == RelayKind.Refund);
        await chain.AdvanceAsync(TimeSpan.FromMinutes(11));
        await world.BringAsync(() => world.Orders.Newest(1)[0].State == OrderState.Open);

        early.Should().Be(0);
        (await StateAsync(world)).Should().Be(OrderState.Refunded);
        (await chain.Cash.BalanceAsync(household.Account, default)).Should().Be(Domain.Quantities.Bamtol.FromWon(50_000));
    }

    [Fact]
    public async Task A_refund_that_the_store_refuses_goes_through_another_relay()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never);
        (world.Sells, world.HasOtherRelay) = (false, true);
        world.Restart();
        await world.OpenAsync();
        OrderWindows windows = await chain.Escrow.WindowsAsync(default);
        world.Interfere = _ => OrderWorld.Problem(403, "not_your_device");

        await chain.AdvanceAsync(windows.Veto + windows.Accept);
        await world.BringAsync(() => world.Orders.Newest(1)[0].State == OrderState.Open);

        (await StateAsync(world)).Should().Be(OrderState.Refunded);
        world.Elsewhere.Should().ContainSingle().Which.Kind.Should().Be("refund");
    }

    [Theory]
    [InlineData(OrderState.None)]
    [InlineData(OrderState.Accepted)]
    [InlineData(OrderState.Cancelled)]
    public async Task A_node_that_lies_about_an_order_cannot_keep_its_veto_from_the_chain(OrderState said)
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        LyingNode liar = new(chain.Client);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, liar);
        await world.OpenAsync();
        byte[] asked = new AbiWriter().Word(world.Orders.Newest(1)[0].Id.Value).ToCall("orders(bytes32)");
        liar.Lie = (call, truth) =>
        {
            if (!call.Data.Span.SequenceEqual(asked))
                return null;
            truth[63] = (byte)said; // the second word is the state
            return truth;
        };

        await world.VetoAsync();
        await world.BringAsync(() => world.Relays.UnderWay().Count > 0 || Vetoes(world).Count == 0, passes: 30);

        (await StateAsync(world)).Should().Be(OrderState.Cancelled);
        if (said != OrderState.Cancelled) // then the lie has come true before it lasted
            world.Nodes.Troubles().Should().NotBeEmpty("that the nodes differ is said");
    }

    [Theory]
    [InlineData("a time beyond every calendar")]
    [InlineData("a refusal")]
    [InlineData("too little")]
    [InlineData("something that no node says")]
    [InlineData("a head of the highest number, an hour ahead")]
    public async Task One_node_of_three_that_says_what_cannot_be_stops_no_veto(string lie)
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        LyingNode liar = new(chain.Client);
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, chain.Client, liar);
        await world.OpenAsync();
        byte[] asked = new AbiWriter().Word(world.Orders.Newest(1)[0].Id.Value).ToCall("orders(bytes32)");
        if (lie.StartsWith("a head", StringComparison.Ordinal))
            liar.LieAboutHead = head => head with { Number = ulong.MaxValue, At = world.Now.AddMinutes(59) };
        else
            liar.Lie = (call, truth) => !call.Data.Span.SequenceEqual(asked) ? null : lie switch
            {
                "a time beyond every calendar" => [.. truth.AsSpan(0, 120), .. Enumerable.Repeat((byte)0xff, 8)],
                "a refusal" => throw new EvmRevertedException("No", default, "No."),
                "too little" => [],
                _ => throw new InvalidOperationException("What no node says."),
            };

        await world.VetoAsync();
        await world.BringAsync(() => world.Orders.Newest(1)[0].State == OrderState.Open, passes: 30);

        (await StateAsync(world)).Should().Be(OrderState.Cancelled);
        world.Stumbles.Should().BeEmpty();
    }

    [Fact]
    public async Task Two_nodes_that_differ_about_the_windows_stop_no_veto()
    {
        using ChainHousehold household = await ChainHousehold.ReadyAsync(chain);
        byte[] asked = new AbiWriter().ToCall("windows()");
        LyingNode liar = new(chain.Client) { Lie = (call, truth) => call.Data.Span.SequenceEqual(asked) ? new byte[truth.Length] : null };
        await using OrderWorld world = await OrderWorld.StartAsync(chain, household, Never, liar);
        await world.OpenAsync();

        await world.VetoAsync();
        await world.BringAsync(() => world.Orders.Newest(1)[0].State == OrderState.Open, passes: 30);

        (await StateAsync(world)).Should().Be(OrderState.Cancelled);
    }

    private Task<OrderState> StateAsync(OrderWorld world) => StateAsync(world.Orders.Newest(1)[0]);

    private async Task<OrderState> StateAsync(PlacedOrder order) => (await chain.Escrow.OrderAsync(order.Id, default)).State;

    private static List<Relay> Vetoes(OrderWorld world) => [.. world.Relays.About(world.Orders.Newest(1)[0].Id.Value).Where(call => call.Kind == RelayKind.Cancel)];

    /// <summary>An odd answer as a result of an endpoint.</summary>
    private sealed class Odd(Func<HttpContext, Task> answer) : IResult
    {
        public Task ExecuteAsync(HttpContext httpContext) => answer(httpContext);
    }
}
