using PantryChain.Domain.Identity;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>How likely it is that tags did what they did when certain products moved. A product without tags says nothing.</summary>
internal sealed class TagLikelihood(FusionSettings settings)
{
    private const double Quiet = 0.97;      // a tag whose pack nobody touched stays
    private const double TakenForGood = 0.05; // of what is poured from: the pack was not back yet

    /// <summary>Logarithm of the chance of the evidence under an explanation.</summary>
    public double Log(FusionRequest request, Mover? first, Mover? second, bool foreign)
    {
        double log = 0;
        foreach (FusionProduct product in request.Products)
        {
            TagMoves moves = request.Tags.Of(product.Gtin);
            bool speaks = request.Tags.Tagged.Contains(product.Gtin) || moves is not { Left: 0, Came: 0, Touched: 0 };
            if (speaks)
                log += OfProduct(moves, RoleOf(product.Gtin, first, second));
        }
        int strangers = request.Tags.StrangersLeft + request.Tags.StrangersCame;
        return log + strangers * Math.Log(foreign ? settings.ForeignTagged : settings.MovesAlone);
    }

    private static Mover? RoleOf(Gtin gtin, Mover? first, Mover? second) => first?.Gtin == gtin ? first : second?.Gtin == gtin ? second : null;

    private double OfProduct(TagMoves moves, Mover? role) => role switch
    {
        null => Math.Log(moves is { Left: 0, Came: 0, Touched: 0 } ? Quiet : 1) + Alone(moves.Left + moves.Came + moves.Touched),
        { Units: < 0 } leaves => Seen(moves.Left, -leaves.Units, settings.SeenLeaving) + Alone(moves.Came) + Handled(moves.Touched),
        { Units: > 0 } comes => Seen(moves.Came, comes.Units, settings.SeenComing) + Alone(moves.Left) + Handled(moves.Touched),
        _ => Math.Log(moves.Touched > 0 ? settings.SeenTouched : moves.Left > 0 ? TakenForGood : 1 - settings.SeenTouched)
            + Alone(moves.Came + Math.Max(0, moves.Left - 1)) + Handled(Math.Max(0, moves.Touched - 1)),
    };

    /// <summary>Binomial: of <paramref name="packs"/> that moved, <paramref name="tags"/> were seen moving; more than moved went alone.</summary>
    private double Seen(int tags, int packs, double chance)
    {
        int seen = Math.Min(tags, packs);
        double ways = 1;
        for (int i = 0; i < seen; i++)
            ways = ways * (packs - i) / (i + 1);
        return Math.Log(ways) + seen * Math.Log(chance) + (packs - seen) * Math.Log(1 - chance) + Alone(tags - seen);
    }

    private double Alone(int tags) => tags * Math.Log(settings.MovesAlone);

    /// <summary>Whoever takes a pack out of several moves others aside.</summary>
    private static double Handled(int tags) => tags * Math.Log(0.1);
}
