using PantryChain.Domain.Events;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Gateway.Configuration;

namespace PantryChain.Gateway.Tests;

/// <summary>One household with milk on slot 1 and rice on slot 2.</summary>
internal static class Samples
{
    public static readonly Gtin Milk = Gtin.Parse("8801115114154"), Rice = Gtin.Restricted(7);

    public static readonly DateTimeOffset Morning = new(2026, 3, 2, 8, 0, 0, TimeSpan.FromHours(9));

    public static GatewayOptions Options => new()
    {
        Gateway = "haneul",
        Dashboard = new DashboardOptions { Port = 0 },
        Cells = new CellOptions { Transport = CellTransport.Simulated, World = "world.json", Deliveries = "deliveries.jsonl" },
        Slots =
        [
            new SlotOptions { Slot = 1, Gtin = Milk.ToString(), NameKo = "우유", NameEn = "Milk shelf" },
            new SlotOptions { Slot = 2, Gtin = Rice.ToString(), NameKo = "쌀", NameEn = "Rice shelf" },
        ],
        Products =
        [
            new ProductOptions { Gtin = Milk.ToString(), NameKo = "우유 1 L", NameEn = "Milk 1 L", PackGrams = 1063, ClassId = "milk" },
            new ProductOptions { Gtin = Rice.ToString(), NameKo = "쌀 4 kg", NameEn = "Rice 4 kg", PackGrams = 4000, ClassId = "rice" },
        ],
    };

    public static Household Household => GatewayFile.Check(Options, "gateway.json");

    public static ThingObservation Used(DateTimeOffset at, double grams = 250, double level = 3000, uint cycle = 0) => new(
        at, Household.DayOf(at), new SlotId(1), Milk, ThingEventKind.Used, Mass.FromGrams(-grams), Mass.FromGrams(level), cycle);

    public static AccountAddress Address(byte last) => new([.. new byte[19], last]);

    public static Hash32 Hash(byte last) => new([.. new byte[31], last]);
}
