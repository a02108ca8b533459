using System.Text.Json;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Time;
using PantryChain.Ledger.Contracts;
using PantryChain.Ledger.Evm;

namespace PantryChain.Store.Tests;

/// <summary>Orders that the chain takes and that no honest gateway of this program signs.</summary>
public sealed class OddOrderSpecs(StoreWorld world) : IClassFixture<StoreWorld>
{
    [Theory]
    [InlineData(33, "deadline_too_far")] // opening may take a day
    [InlineData(400_000_000, "deadline_too_far")] // days; beyond every calendar
    [InlineData(29, null)]
    public async Task An_order_that_could_wait_for_more_than_a_month_is_not_relayed(long days, string? code)
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, $"odd-far{days % 100}");
        ChainTime deadline = new(ChainTime.Of(world.Clock.GetUtcNow()).Seconds + (ulong)days * 86_400);

        if (code is null)
            await TestOrders.OpenAsync(world, household, deadline: deadline);
        else
            (await TestOrders.TryOpenAsync(world, household, deadline)).Should().Be((400, code));
    }

    [Theory]
    [InlineData("odd-accept", ulong.MaxValue)]
    [InlineData("odd-accept2", 253_402_300_800UL)] // the first second that a calendar does not reach
    public async Task An_order_whose_deadline_no_calendar_reaches_is_accepted_shipped_and_refunded_like_any_other(string name, ulong deadline)
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, name);
        OrderId order = world.Service<OrderEscrow>().IdOf(await TestOrders.OpenAsync(world, household, deadline: new ChainTime(deadline), pastTheStore: true));
        await world.Clock.SkipAsync(TimeSpan.FromHours(24));

        await TestOrders.DeskUntilAsync(world, $"orders/{order}/accept");
        await TestOrders.StateAsync(household, order, "accepted");
        await TestOrders.DeskAsync(world, $"orders/{order}/ship", 200);
        await TestOrders.StateAsync(household, order, "shipped");
        await world.Clock.SkipAsync(TimeSpan.FromDays(30));

        await TestOrders.StateAsync(household, order, "refunded");
    }

    [Fact]
    public async Task An_order_below_the_list_price_is_accepted_only_when_the_clerk_says_so()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "odd-price");
        OrderId order = world.Service<OrderEscrow>().IdOf(await TestOrders.OpenAsync(world, household, price: new Bamtol(1)));
        await world.Clock.SkipAsync(TimeSpan.FromHours(24));

        JsonElement refusal = (JsonElement)await Wait.ForAsync<object>(async () =>
        {
            using HttpResponseMessage response = await TestOrders.SendToDeskAsync(world, $"orders/{order}/accept", null);
            JsonElement answer = JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
            return answer.TryGetProperty("code", out JsonElement code) && code.GetString() == "too_early" ? null : answer;
        }, "the end of the veto window");
        JsonElement listed = (await OrdersAsync()).EnumerateArray().Single(row => row.GetProperty("order").GetString() == order.ToString());
        await TestOrders.DeskAsync(world, $"orders/{order}/accept-anyway", 200);

        refusal.GetProperty("code").GetString().Should().Be("price_too_low");
        (listed.GetProperty("bamtol").GetString(), listed.GetProperty("listPrice").GetString(), listed.GetProperty("priceFault").GetString()).Should().Be(("1", "290000", "price_too_low"));
        await TestOrders.StateAsync(household, order, "accepted");
    }

    private async Task<JsonElement> OrdersAsync()
    {
        using HttpRequestMessage request = new(HttpMethod.Get, "/desk/api/orders") { Headers = { Authorization = new("Bearer", world.ClerkToken) } };
        using HttpResponseMessage response = await world.Http.SendAsync(request);
        return JsonSerializer.Deserialize<JsonElement>(await response.Content.ReadAsStringAsync());
    }

    [Theory]
    [InlineData("A1", "a1", "\uFF21\uFF11", "A1\u200B", " A1\u00A0", "A1\t", "\r\nA1\n")]
    [InlineData("bank 77", "BANK  77", "bank\u300077", "bank 77 ", "bank\t77", "ban\u00ADk 77")]
    [InlineData("KB-77a", "kb\u201377A", "KB\u221277a", "KB\u201177a", "KB\uFF0D77a", "KB\uFE5877a", "KB - 77a", "KB\u2014 77a", "KB--77a")]
    public async Task An_entry_of_the_bank_is_booked_once_however_its_number_is_typed(params string[] references)
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, $"ref-{references[0].Length}");

        foreach (string reference in references)
            await TestOrders.DeskAsync(world, "deposits", 200, new { reference, account = household.Account.ToString(), amount = "100" });

        (await world.QueryAsync<long>("select count(*) from bookings where account = @Account", new { household.Account })).Should().Be(1);
        (await TestOrders.DeskAsync(world, "deposits", 400, new { reference = "\u200B", account = household.Account.ToString(), amount = "100" }))
            .GetProperty("code").GetString().Should().Be("reference_missing");
    }

    [Fact]
    public async Task The_same_amount_for_the_same_account_a_second_time_today_is_booked_only_when_the_clerk_says_so()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "ref-today");
        string account = household.Account.ToString();
        await TestOrders.DeskAsync(world, "deposits", 200, new { reference = "today A", account, amount = "5000000" });

        JsonElement asked = await TestOrders.DeskAsync(world, "deposits", 409, new { reference = "today B", account, amount = "5000000" });
        await TestOrders.DeskAsync(world, "deposits", 200, new { reference = "today C", account, amount = "5000001" }); // another amount
        await TestOrders.DeskAsync(world, "deposits", 200, new { reference = "today A", account, amount = "5000000" }); // the same entry
        long before = await world.QueryAsync<long>("select count(*) from bookings where account = @Account", new { household.Account });
        await TestOrders.DeskAsync(world, "deposits", 200, new { reference = "today B", account, amount = "5000000", again = true });
        await world.Clock.SkipAsync(TimeSpan.FromDays(1));
        await TestOrders.DeskAsync(world, "deposits", 200, new { reference = "today D", account, amount = "5000000" }); // tomorrow

        asked.GetProperty("code").GetString().Should().Be("booked_today");
        asked.GetProperty("title").GetString().Should().Contain("'today A'");
        before.Should().Be(2);
        (await world.QueryAsync<long>("select count(*) from bookings where account = @Account", new { household.Account })).Should().Be(4);
        (await world.QueryAsync<long>("select count(*) from transactions where purpose in ('deposit today A', 'deposit today B', 'deposit today C', 'deposit today D')")).Should().Be(4);
    }

    [Theory]
    [InlineData("en", "Book it again?", "were booked today under")]
    [InlineData("ko", "한 번 더 기록할까요?", "이미 기록했습니다")]
    public async Task The_treasurys_page_asks_once_before_the_same_amount_is_booked_again(string language, string title, string words)
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, $"ref-page-{language}");
        using HttpClient clerk = new(new HttpClientHandler { AllowAutoRedirect = false }) { BaseAddress = world.Http.BaseAddress };
        clerk.DefaultRequestHeaders.AcceptLanguage.ParseAdd(language);
        using FormUrlEncodedContent login = new([new("password", Hosting.SecretFile.Read(world.Folder.Key("clerk.password")))]);
        (await clerk.PostAsync(new Uri("/desk/login", UriKind.Relative), login)).Dispose();
        async Task<(int Status, string Page)> BookAsync(string reference, string again = "")
        {
            using FormUrlEncodedContent form = new([new("account", household.Account.ToString()), new("amountWon", "7000"), new("reference", reference), new("again", again)]);
            using HttpResponseMessage answer = await clerk.PostAsync(new Uri("/desk/deposits", UriKind.Relative), form);
            return ((int)answer.StatusCode, System.Net.WebUtility.HtmlDecode(await answer.Content.ReadAsStringAsync()));
        }

        (int first, _) = await BookAsync($"P1{language}");
        (int second, string page) = await BookAsync($"P2{language}");
        (int yes, _) = await BookAsync($"P2{language}", "true");

        (first, second, yes).Should().Be((303, 409, 303));
        page.Should().Contain(title).And.Contain(words).And.Contain($"'P1{language}'").And.Contain("name=\"again\" value=\"true\"");
        (await world.QueryAsync<long>("select count(*) from bookings where account = @Account", new { household.Account })).Should().Be(2);
    }

    [Fact]
    public async Task A_booking_that_the_node_refused_once_is_booked_when_it_is_asked_for_again()
    {
        await using TestHousehold household = await TestHousehold.JoinAsync(world, "ref-again");
        object body = new { reference = "again 1", account = household.Account.ToString(), amount = "100" };
        await TestOrders.DeskAsync(world, "deposits", 200, body);
        await Wait.UntilAsync(async () => (await TestOrders.DeskAsync(world, "deposits", 200, body)).GetProperty("status").GetString() == "mined", "the deposit was mined");
        // As if the estimate had failed: the row of a call that never got a nonce.
        await world.QueryAsync<long>(
            """
            with call as (insert into transactions (id, wallet, purpose, target, data, queued_at, lane, rank, status, reason)
                select @id, wallet, purpose, target, data, queued_at, lane, rank, 'refused', 'execution reverted' from transactions where purpose = 'deposit again 1' returning id),
            booked as (insert into bookings (kind, reference, account, amount, transaction_id, booked_at) select 'deposit', 'again 2', account, amount, @id, booked_at from bookings where reference = 'again 1')
            select count(*) from call
            """, new { id = Keccak256.Hash("deposit\0again 2") });

        JsonElement again = await TestOrders.DeskAsync(world, "deposits", 200, new { reference = "again 2", account = household.Account.ToString(), amount = "100" });

        again.GetProperty("status").GetString().Should().NotBe("refused");
    }
}
