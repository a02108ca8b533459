using System.Net;
using System.Text.Json;
using PantryChain.Gateway.Commands;
using PantryChain.Gateway.Configuration;
using PantryChain.Gateway.Cooperative;
using PantryChain.Gateway.Ordering;
using PantryChain.Telemetry.Mqtt;

namespace PantryChain.Fuzz.Doors;

/// <summary>What a store answers a gateway; it may be broken, or lie.</summary>
internal static class LyingStoreDoors
{
    /// <summary>A cooperative as it introduces itself.</summary>
    public static readonly CooperativeInfo Info = new(
        "Chestnut", 31337, true, new Uri("http://127.0.0.1:8545/"),
        new ContractAddresses(Place(1), Place(2), Place(3), Place(4), Place(5), Place(6), Place(7)), new BrokerAddress("127.0.0.1", 1883, false), 86_400, 86_400,
        new RehearsalClock(Nouns.Morning, Nouns.Morning, 1));

    private static readonly Household Household = GatewayFile.Check(
        new GatewayOptions
        {
            Gateway = "haneul",
            Slots = [new SlotOptions { Slot = 1, Gtin = Nouns.Milk.ToString() }],
            Products = [new ProductOptions { Gtin = Nouns.Milk.ToString(), NameKo = "우유", NameEn = "Milk", PackGrams = 1063 }],
        }, "gateway.json");

    public static IReadOnlyList<Door> All { get; } =
    [
        Answer("cooperative", _ => JsonSerializer.Serialize(Info, StoreJson.Default.CooperativeInfo), async store => Use(await store.CooperativeAsync(default))),
        Answer("catalogue", dice => $$"""[{"gtin":"{{dice.Of(Nouns.Milk, Nouns.Rice)}}","nameKo":"우유","nameEn":"Milk","packMg":1030000,"classId":"milk","seller":"{{Nouns.Somebody}}","sellerName":"us","unitPrice":"290000","maxBamnamuBps":0,"leadDays":{"1":0.2,"2":0.8},"leadRecord":{"2":5},"deliveryDays":["mon"],"cutOff":"14:00:00","seasonMonths":[1],"shelfLifeDays":9}]""",
            async store =>
            {
                foreach (StoreOffer offer in Outlook.ReadOffers(await store.CatalogueAsync(default), Household))
                    _ = (offer.UnitPrice * 1_000, offer.Lead.ChanceOf(3), offer.Supply.Season, offer.Supply.Days.Count(), offer.SellerName.Length);
            }),
        Answer("leaves", dice => $$"""{"epoch":{{dice.Between(1, 9_999)}},"root":"{{Nouns.Hash(dice)}}","reward":{"cumulative":"{{dice.Bits()}}","salt":"{{Nouns.Hash(dice)}}","proof":["{{Nouns.Hash(dice)}}"]},"standing":{"tier":{{dice.Next(256)}},"salt":"{{Nouns.Hash(dice)}}","proof":[]},"points":12.5,"held":"{{dice.Bits()}}"}""",
            async store =>
            {
                if (await store.LeavesAsync(default) is { } own)
                    _ = (Outlook.StandingOf(own, Nouns.Somebody), checked((uint)own.Epoch), own.Reward?.Proof.Count);
            }),
        Answer("proof", dice => $$"""{"root":"{{Nouns.Hash(dice)}}","proof":["{{Nouns.Hash(dice)}}","{{Nouns.Hash(dice)}}"]}""", async store => _ = (await store.ProofAsync("0x1", default))?.Read()),
        Answer("relay", dice => $$"""{"id":"0x1","status":"{{dice.Of("queued", "sent", "mined", "refused")}}","transaction":null,"reason":null}""", async store => _ = (await store.RelayOfAsync("0x1", default))?.Status.Length),
        Answer("order", dice => $$"""{"order":"{{Nouns.Hash(dice)}}","state":"open","at":"2026-03-02T08:00:00+09:00","history":[{"state":"open","at":"2026-03-02T08:00:00+09:00","transaction":null}]}""", async store => _ = (await store.OrderAsync("0x1", default))?.History.Count(step => step.State.Length > 0)),
        Answer("join", _ => """{"gateway":"haneul","account":"0x0000000000000000000000000000000000000009","device":"0x00","token":"t","broker":{"username":"haneul","password":"p"}}""",
            async store => _ = await store.JoinAsync(new JoinRequest("", "", "", "", "", "", "", "", "", 0, "", ""), default) is { Broker: { Username.Length: >= 0, Password.Length: >= 0 }, Token.Length: >= 0, Account.Length: >= 0 }),
        new("store's refusal", Shape.Json, _ => """{"title":"No.","detail":"Wait.","code":"busy","status":409}"""u8.ToArray(), bytes => Ask(bytes, HttpStatusCode.Conflict, store => store.CatalogueAsync(default)))
        {
            Refusals = [typeof(HttpRequestException), typeof(StoreRefusal)], MayRefuseValid = true,
        },
    ];

    /// <summary>All that a gateway does with what a cooperative says about itself.</summary>
    public static void Use(CooperativeInfo info)
    {
        _ = (info.Contracts.ToContractSet(checked((ulong)info.ChainId)), TimeSpan.FromSeconds(info.VetoSeconds), TimeSpan.FromSeconds(info.EpochSeconds), info.Name.Length);
        using HttpClient node = new() { BaseAddress = info.RpcUrl };
        new MqttOptions { Host = info.Broker.Host, Port = info.Broker.Port, ClientId = "haneul", Username = "haneul", Password = "p" }.Validate();
        JoinCommand.CheckReach(new Uri("http://127.0.0.1/"), info, TextWriter.Null);
        _ = CommandLine.TimeOf(info).GetUtcNow();
    }

    private static Door Answer(string what, Func<Dice, string> valid, Func<StoreClient, Task> use) =>
        new($"store's {what}", Shape.Json, dice => System.Text.Encoding.UTF8.GetBytes(valid(dice)), bytes => Ask(bytes, HttpStatusCode.OK, use)) { Refusals = [typeof(HttpRequestException), typeof(StoreRefusal), typeof(UserError)] };

    private static bool Ask(byte[] answer, HttpStatusCode status, Func<StoreClient, Task> use)
    {
        using StoreClient store = new(new Uri("http://store.invalid/"), "token", new Canned(answer, status));
        use(store).GetAwaiter().GetResult();
        return true;
    }

    private static string Place(byte number) => $"0x{number:x40}";
}
