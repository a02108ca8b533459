using PantryChain.DeviceDrivers.Shelf.Fusion;
using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;
using PantryChain.Domain.Sensing;

namespace PantryChain.DeviceDrivers.Tests.Shelf.Fusion;

/// <summary>A fridge shelf with milk, juice and eggs on one cell.</summary>
internal static class FusionSamples
{
    public static readonly Gtin MilkCode = Gtin.Restricted(1), JuiceCode = Gtin.Restricted(2), EggsCode = Gtin.Restricted(3);

    public static readonly DateTimeOffset Noon = new(2026, 3, 2, 12, 0, 0, TimeSpan.FromHours(9));

    public static FusionProduct Milk => new(MilkCode, Mass.FromGrams(1063), Mass.FromGrams(8), InParts: true, PacksPerDay: 0.4, OnSlot: Mass.FromGrams(2000));

    public static FusionProduct Juice => new(JuiceCode, Mass.FromGrams(1550), Mass.FromGrams(10), InParts: true, PacksPerDay: 0.2, OnSlot: Mass.FromGrams(1550));

    public static FusionProduct Eggs => new(EggsCode, Mass.FromGrams(640), Mass.FromGrams(12), InParts: false, PacksPerDay: 0.15, OnSlot: Mass.FromGrams(1280));

    public static StockStep Step(double grams, double sigma = 1) => new(
        new SlotId(2), Noon, grams < 0 ? StepKind.Used : StepKind.Restocked, Mass.FromGrams(grams), Mass.FromGrams(3000 + grams), Mass.FromGrams(sigma));

    public static FusionRequest Request(double grams, TagEvidence? tags = null, IReadOnlyList<Stranger>? strangers = null, params FusionProduct[] products) =>
        new(Step(grams), products, tags ?? TagEvidence.None, strangers ?? []);

    public static TagEvidence Tags(params TagMoves[] moves) => new(moves, new HashSet<Gtin> { MilkCode, JuiceCode, EggsCode });

    public static FusedStep Explain(FusionRequest request) => new StepFuser(new FusionSettings()).Explain(request);
}
