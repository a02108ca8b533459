using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Ordering;
using PantryChain.Ledger.Contracts;
using PantryChain.Telemetry.Wire;

namespace PantryChain.Store.Tests;

/// <summary>What goes along with a delivery: bound tags, the code on the slip, the courier's record.</summary>
public sealed partial class OrderFlowSpecs
{
    private const string Tag = "https://id.gs1.org/01/08801115114031/21/4711", Sticker = "04:A1:B2:C3:D4:E5:F6";

    [Fact]
    public async Task A_tag_is_bound_to_one_order_while_it_is_packed_and_taken_off_again_before_it_is_shipped()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "packer"), other = await TestHousehold.JoinAsync(world, "packer2");
        OrderId order = world.Service<OrderEscrow>().IdOf(await OpenAsync(household)), second = world.Service<OrderEscrow>().IdOf(await OpenAsync(other));

        string bound = (await DeskAsync($"orders/{order}/tags", 200, new { tag = Tag })).GetProperty("tags")[0].GetString()!;
        (await DeskAsync($"orders/{order}/tags", 200, new { tag = Tag })).GetProperty("tags").GetArrayLength().Should().Be(1, "again is the same");
        string[] refused =
        [
            await CodeAsync($"orders/{second}/tags", 409, Tag), await CodeAsync($"orders/{order}/tags", 409, Sticker), await CodeAsync($"orders/{order}/tags", 400, "not a tag"),
            await CodeAsync($"orders/{order}/tags", 409, "https://id.gs1.org/01/08801115114154/21/4711"), await CodeAsync($"orders/{second}/tags/undo", 409, Tag),
            await CodeAsync($"orders/{second}/tags", 400, "08A1B2C3"),
        ];
        await DeskAsync($"orders/{order}/tags/undo", 200, new { tag = Tag });
        await DeskAsync($"orders/{second}/tags", 200, new { tag = Tag });
        await DeskAsync($"orders/{order}/tags", 200, new { tag = Sticker });

        bound.Should().Be("sgtin:08801115114031.4711");
        refused.Should().Equal("tag_taken", "too_many_tags", "tag_malformed", "wrong_product", "tag_not_bound", "tag_malformed");
        JsonElement delivery = await DeliveryAsync(household, order);
        delivery.GetProperty("tags").GetArrayLength().Should().Be(1);
        CommitmentOf(delivery.GetProperty("tags")[0]).IsTo(order, "uid:04A1B2C3D4E5F6").Should().BeTrue("the gateway gets a commitment that the tag itself opens");
        delivery.GetRawText().Should().NotContain("04A1B2C3D4E5F6");
        delivery.GetProperty("code").ValueKind.Should().Be(JsonValueKind.Null);
    }

    [Fact]
    public async Task Shipping_draws_a_code_of_which_the_gateway_gets_a_commitment_and_ends_the_binding()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "shipper");
        OrderId order = world.Service<OrderEscrow>().IdOf(await OpenAsync(household));
        (await CodeAsync($"orders/{order}/handover", 409, null)).Should().Be("wrong_state");
        await DeskAsync($"orders/{order}/tags", 200, new { tag = "04A1B2C3D4E5A1" });
        await world.Clock.SkipAsync(TimeSpan.FromHours(24));
        await DeskUntilAsync($"orders/{order}/accept");
        await StateAsync(household, order, "accepted");

        await DeskAsync($"orders/{order}/ship", 200);
        string late = await CodeAsync($"orders/{order}/tags/undo", 409, "04A1B2C3D4E5A1"), later = await CodeAsync($"orders/{order}/tags", 409, "04A1B2C3D4E5A2");
        await StateAsync(household, order, "shipped");
        string code = (await OnDeskAsync(order)).GetProperty("code").GetString()!;
        JsonElement delivery = await DeliveryAsync(household, order);

        (late, later).Should().Be(("shipped_already", "shipped_already"));
        DeliveryCode.TryParse(code, out _).Should().BeTrue();
        CommitmentOf(delivery.GetProperty("code")).IsTo(order, code).Should().BeTrue();
        delivery.GetRawText().Should().NotContain(code);
        (await OnDeskAsync(order)).GetProperty("code").GetString().Should().Be(code, "it is drawn once");
    }

    [Fact]
    public async Task The_first_record_of_a_hand_over_stands_and_is_told_to_its_gateway()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "receiver"), nosy = await TestHousehold.JoinAsync(world, "nosy");
        OrderId order = world.Service<OrderEscrow>().IdOf(await OpenAsync(household));
        await world.Clock.SkipAsync(TimeSpan.FromHours(24));
        await DeskUntilAsync($"orders/{order}/accept");
        await StateAsync(household, order, "accepted");
        await DeskAsync($"orders/{order}/ship", 200);
        await StateAsync(household, order, "shipped");
        await world.Clock.SkipAsync(TimeSpan.FromHours(5));
        DateTimeOffset now = world.Clock.GetUtcNow(), handed = now.AddHours(-1);
        int told = 0;
        (await household.LinkAsync()).Subscribe(household.Topics.AnyOrder, message => Interlocked.Add(ref told, WireCodec.TryDecode(message.Payload.Span, out OrderNotice? notice, out _) && notice.Order == order ? 1 : 0));
        await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref told) >= 1), "the retained word");
        int before = Volatile.Read(ref told);

        string early = await HandOverAsync(order, now.AddHours(3)), never = await HandOverAsync(order, now.AddDays(-3));
        await DeskAsync($"orders/{order}/handover", 200, new { at = handed });
        await DeskAsync($"orders/{order}/handover", 200, new { at = handed });
        string other = await HandOverAsync(order, handed.AddMinutes(30));

        (early, never, other).Should().Be(("not_yet", "before_shipping", "handed_over_already"));
        (await DeliveryAsync(household, order)).GetProperty("handedOverAt").GetDateTimeOffset().Should().BeCloseTo(handed, TimeSpan.FromMilliseconds(1));
        await Wait.UntilAsync(() => Task.FromResult(Volatile.Read(ref told) > before), "the gateway is told to look again");
        using HttpResponseMessage foreign = await nosy.Http.GetAsync($"/api/v1/orders/{order}");
        foreign.StatusCode.Should().Be(System.Net.HttpStatusCode.NotFound, "papers go to their household alone");
    }

    private async Task<string> CodeAsync(string action, int status, string? tag) => (await DeskAsync(action, status, new { tag })).GetProperty("code").GetString()!;

    private async Task<string> HandOverAsync(OrderId order, DateTimeOffset at)
    {
        using HttpResponseMessage response = await SendToDeskAsync($"orders/{order}/handover", new { at });
        return (await response.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("code").GetString()!;
    }

    private async Task<JsonElement> OnDeskAsync(OrderId order)
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/desk/api/orders");
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", world.ClerkToken);
        using HttpResponseMessage response = await world.Http.SendAsync(request);
        JsonElement list = await response.Content.ReadFromJsonAsync<JsonElement>();
        return list.EnumerateArray().Single(row => row.GetProperty("order").GetString() == order.ToString());
    }

    private static async Task<JsonElement> DeliveryAsync(TestHousehold household, OrderId order) =>
        (await household.Http.GetFromJsonAsync<JsonElement>($"/api/v1/orders/{order}")).GetProperty("delivery");

    private static DeliveryCommitment CommitmentOf(JsonElement told) => new(Hash32.Parse(told.GetProperty("salt").GetString()!), Hash32.Parse(told.GetProperty("hash").GetString()!));
}
