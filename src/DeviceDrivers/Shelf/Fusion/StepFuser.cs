using PantryChain.Domain.Identity;
using PantryChain.Domain.Quantities;

namespace PantryChain.DeviceDrivers.Shelf.Fusion;

/// <summary>Turns a weight step and what tags did around it into who moved, with a probability for every explanation.</summary>
/// <remarks>
/// <para>Bayes' rule over explanations: share of the explanation × density of the step's mass under it × chance of what the tags did under it, then scaled so
/// that all add up to one. Explanations that book the same products are one candidate: whether 400 g of milk were poured twice or at once is the same event.</para>
/// <para>A slot of one product, without tags and without a known stranger, has exactly one explanation. Pure; thread safe.</para>
/// </remarks>
public sealed class StepFuser(FusionSettings settings)
{
    private readonly StepHypotheses _hypotheses = new(settings);

    /// <summary>Explains a step.</summary>
    /// <exception cref="ArgumentException">There is no product, one stands there twice, or a pack weighs nothing.</exception>
    public FusedStep Explain(FusionRequest request)
    {
        ArgumentNullException.ThrowIfNull(request);
        Check(request.Products);
        if (request.Products.Count == 1 && !request.Tags.Speaks && request.Strangers.Count == 0)
            return new FusedStep(request.Step, [Whole(request, 1.0)], request.Tags, IsCertain: true);
        List<FusedCandidate> candidates = Rank(request, _hypotheses.Of(request));
        bool certain = candidates[0].Probability >= settings.Certain && candidates[0].Cause != FusedCause.Foreign && !request.Tags.Conflict;
        return new FusedStep(request.Step, candidates, request.Tags, certain);
    }

    /// <summary>Groups explanations that book the same products and scales them to one; in logarithms, because far masses underflow.</summary>
    private static List<FusedCandidate> Rank(FusionRequest request, List<Hypothesis> hypotheses)
    {
        double largest = hypotheses.Max(hypothesis => hypothesis.LogWeight);
        double total = hypotheses.Sum(hypothesis => Math.Exp(hypothesis.LogWeight - largest));
        return [.. hypotheses
            .GroupBy(hypothesis => hypothesis.Key)
            .Select(group => Candidate(request, group.MaxBy(hypothesis => hypothesis.LogWeight), group.Sum(hypothesis => Math.Exp(hypothesis.LogWeight - largest)) / total))
            .OrderByDescending(candidate => candidate.Probability)
            .ThenBy(candidate => candidate.Parts.Count > 0 ? candidate.Parts[0].Gtin.Value : ulong.MaxValue)];
    }

    private static FusedCandidate Candidate(FusionRequest request, in Hypothesis best, double probability)
    {
        if (best.First is not { } first)
            return new FusedCandidate(best.Stranger == 0 ? FusedCause.Foreign : FusedCause.StrangerGone, [], probability, best.Stranger);
        Mass delta = request.Step.Delta;
        if (best.Second is not { } second)
            return new FusedCandidate(FusedCause.Products, [new FusedPart(first.Gtin, delta, first.Units)], probability);
        // What neither mean explains goes to the wider of the two; the second part takes what is left, so that no milligram is lost.
        double off = delta.Grams - first.Mean - second.Mean;
        Mass own = Mass.FromGrams(first.Mean + off * first.Variance / (first.Variance + second.Variance));
        return new FusedCandidate(
            FusedCause.Products, [new FusedPart(first.Gtin, own, first.Units), new FusedPart(second.Gtin, delta - own, second.Units)], probability);
    }

    private static FusedCandidate Whole(FusionRequest request, double probability)
    {
        FusionProduct only = request.Products[0];
        Mass delta = request.Step.Delta;
        double packs = Math.Round(delta.Grams / only.Pack.Grams);
        double tolerance = 3 * (Math.Abs(packs) * only.PackSpread.Grams + request.Step.Sigma.Grams);
        int units = packs is not 0 and >= -1000 and <= 1000 && Math.Abs(delta.Grams - packs * only.Pack.Grams) <= tolerance ? (int)packs : 0;
        return new FusedCandidate(FusedCause.Products, [new FusedPart(only.Gtin, delta, units)], probability);
    }

    private static void Check(IReadOnlyList<FusionProduct> products)
    {
        if (products.Count == 0)
            throw new ArgumentException("A slot has at least one product.", nameof(products));
        HashSet<Gtin> known = [];
        foreach (FusionProduct product in products)
        {
            if (!known.Add(product.Gtin) || product.Pack <= Mass.Zero)
                throw new ArgumentException($"{product.Gtin} stands on the slot twice, or its pack weighs nothing.", nameof(products));
        }
    }
}

/// <summary>What one product does in an explanation.</summary>
/// <param name="Gtin">The product.</param>
/// <param name="Units">Whole packs, signed; 0 for a part.</param>
/// <param name="Mean">Grams expected, signed.</param>
/// <param name="Variance">Grams squared.</param>
internal readonly record struct Mover(Gtin Gtin, int Units, double Mean, double Variance);

/// <summary>One explanation with the logarithm of its weight.</summary>
internal readonly record struct Hypothesis(Mover? First, Mover? Second, long Stranger, double LogWeight)
{
    /// <summary>Explanations with the same key book the same products the same way round.</summary>
    public (ulong First, int FirstSign, ulong Second, int SecondSign, long Stranger) Key => (
        First?.Gtin.Value ?? 0, Math.Sign(First?.Mean ?? 0), Second?.Gtin.Value ?? 0, Math.Sign(Second?.Mean ?? 0), Stranger);
}
